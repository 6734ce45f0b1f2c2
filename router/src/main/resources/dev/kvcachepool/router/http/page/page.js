// The page: asks the router every two seconds and shows what it says. All state of the page is in `page`.

import { cell, element, fill, list, number, tier, weights } from "./tables.js";
import * as words from "./words.js";

const EVERY_MS = 2000;
const PATIENCE_MS = 5000;
const BASES = {
  "prefix": "holds some of it",
  "nothing-held": "nobody holds any",
  "load-alone": "by load alone",
  "index-not-ready": "tables not read yet",
  "over-share": "refused: over its share",
  "session": "by its session",
  "no-endpoint": "no endpoint",
};

const page = { before: null, since: null, chosen: null, latest: null, buttons: new Map() };
const at = (id) => document.getElementById(id);

function say(id, text) {
  if (at(id).textContent !== text) {
    at(id).textContent = text;
  }
}

async function ask() {
  const answer = await fetch("../v1/overview", { signal: AbortSignal.timeout(PATIENCE_MS), cache: "no-store" });
  if (!answer.ok) {
    throw new Error(`status ${answer.status}`);
  }
  return answer.json();
}

async function refresh() {
  try {
    const overview = await ask();
    page.since = null;
    show(overview);
  } catch {
    gone();
  }
}

/** Asks while somebody looks. */
async function go() {
  if (!document.hidden) {
    await refresh();
  }
  setTimeout(go, EVERY_MS);
}

function gone() {
  page.since ??= new Date();
  document.body.classList.add("stale");
  state("bad", "not reachable");
  at("banner").hidden = false;
  say("banner", `The router has not answered since ${page.since.toLocaleTimeString("en-GB")}. What is shown is what it said last.`);
}

function state(className, text) {
  at("state").className = `state ${className}`;
  say("state", text);
}

function show(overview) {
  // A router that was started anew counts from 0, on another clock.
  const before = page.before && page.before.clockMs < overview.clockMs && page.before.adverts.rows <= overview.adverts.rows ? page.before : null;
  page.latest = overview;
  document.body.classList.remove("stale");
  at("banner").hidden = true;
  say("banner", "");
  if (overview.ready) {
    state("good", "ready");
  } else {
    state("warn", "reading the tables");
  }
  say("pool", overview.pool);
  document.title = `${overview.pool} – KVCachePool router`;
  say("settings", `placement ${overview.placement}, policy ${overview.policy}`);
  showSummary(overview, before);
  showPicks(overview);
  showNodes(overview.nodes);
  showEndpoints(overview);
  at("mismatches-section").hidden = overview.mismatches.length === 0;
  at("mismatches").replaceChildren(...overview.mismatches.map((mismatch) => element("li", "", mismatch.sentence)));
  at("models").replaceChildren(...overview.models.map((name) => Object.assign(element("option"), { value: name })));
  if (!at("model").value && overview.models.length > 0) {
    at("model").value = overview.models[0];
  }
  page.before = overview;
}

function showSummary({ hits, picks, adverts, tiers, nodes, endpoints, engines, clockMs }, before) {
  const { lately, sinceStart } = hits;
  say("hit-lately", words.share(lately.heldBlocks, lately.askedBlocks));
  say("hit-lately-note", lately.askedBlocks > 0
    ? `of the last five minutes: ${words.count(lately.heldBlocks)} of ${words.counted(lately.askedBlocks, "block", "blocks")}`
    : "no prompt could be looked up in the last five minutes");
  at("hit-gauge").style.width = `${lately.askedBlocks > 0 ? (100 * lately.heldBlocks) / lately.askedBlocks : 0}%`;
  list(at("hits"), [
    ["since the start", words.share(sinceStart.heldBlocks, sinceStart.askedBlocks)],
    ["picks since the start", words.count(picks.length > 0 ? picks[0].number : 0)],
  ]);

  say("blocks", words.count(adverts.blocks));
  say("blocks-note", `held ${adverts.blocks > 0 ? (adverts.pairs / adverts.blocks).toFixed(2) : 0} times each, on ${words.counted(nodes.count, "node", "nodes")}`);
  at("tiers").replaceChildren(...tiers.map(tier));

  say("lag", adverts.rows > 0 ? words.time(adverts.lagP99Ms) : words.NONE);
  const rate = before ? ((adverts.rows - before.adverts.rows) * 1000) / (clockMs - before.clockMs) : null;
  list(at("adverts"), [
    ["rows", words.count(adverts.rows)],
    ["rows now", rate === null ? words.NONE : words.perSecond(rate)],
    ["not readable", words.count(adverts.malformed), adverts.malformed > 0 ? "warn" : ""],
    ["of earlier incarnations", words.count(adverts.fenced)],
    ["rebuilds, gaps", `${words.count(adverts.rebuilds)}, ${words.count(adverts.gaps)}`, adverts.gaps > 0 ? "warn" : ""],
  ]);

  const out = endpoints.rows.filter((endpoint) => !endpoint.admitted).length;
  say("engines", words.count(endpoints.count));
  say("engines-note", out > 0 ? `endpoints, ${out} of them not sent to` : endpoints.count > 0 ? "endpoints, all of them sent to" : "endpoints");
  const queues = endpoints.rows.map((endpoint) => endpoint.queueMs);
  list(at("load"), [
    ["requests under way", words.count(endpoints.rows.reduce((sum, endpoint) => sum + endpoint.outstanding, 0))],
    ["longest queue", queues.length > 0 ? words.time(Math.max(...queues)) : words.NONE],
    ["shortest queue", queues.length > 0 ? words.time(Math.min(...queues)) : words.NONE],
    ["watch of pods", engines.selector === "" ? "none" : engines.watching ? "going" : engines.problem, engines.selector === "" || engines.watching ? "" : "warn"],
  ]);
}

/** The pick that is looked at: one that somebody chose while it is there, else the latest. */
function looked(picks) {
  return picks.find((pick) => pick.number === page.chosen) ?? picks[0];
}

function button(pick, chosen) {
  let made = page.buttons.get(pick.number);
  if (!made) {
    made = element("button", "", `#${pick.number}`);
    made.type = "button";
    made.addEventListener("click", () => {
      page.chosen = page.chosen === pick.number ? null : pick.number;
      showPicks(page.latest);
    });
    page.buttons.set(pick.number, made);
  }
  made.ariaPressed = String(chosen);
  return made;
}

function showPicks({ picks }) {
  const shown = looked(picks);
  const numbers = new Set(picks.map((pick) => pick.number));
  page.buttons.forEach((_, number) => numbers.has(number) || page.buttons.delete(number));
  fill(
    at("picks"),
    picks,
    (pick) => pick.number,
    (pick) => {
      const best = pick.best[0];
      return [
        cell(button(pick, pick === shown), "number"),
        number(words.age(pick.ageMs)),
        number(words.count(pick.tokens)),
        number(best && pick.totalBlocks > 0 ? `${best.heldBlocks} of ${pick.totalBlocks}` : words.NONE),
        best ? cell(best.endpoint) : cell(BASES[pick.basis] ?? pick.basis, "warn"),
        number(best ? words.time(best.estimatedTtftMs) : words.NONE),
      ];
    },
    (pick) => pick === shown,
  );
  if (!shown) {
    weights(at("weights"), [], 0);
    say("weighed-title", "What it weighed");
    say("weighed-note", "No pick yet.");
    return;
  }
  const more = shown.candidates - shown.best.length;
  const why = shown.loadAlone ? ` (${shown.loadAlone})` : "";
  say("weighed-title", page.chosen === shown.number ? `What pick #${shown.number} weighed` : "What the latest pick weighed");
  say("weighed-note", `${BASES[shown.basis] ?? shown.basis}${why}; ${words.counted(shown.candidates, "candidate", "candidates")}${more > 0 ? `, ${more} of them not shown` : ""}`);
  weights(at("weights"), shown.best, shown.totalBlocks);
}

function rowsOf({ count, leftOut }) {
  return leftOut > 0 ? `${words.count(count)}, ${words.count(leftOut)} of them not shown` : words.count(count);
}

function showNodes(nodes) {
  say("nodes-count", rowsOf(nodes));
  fill(
    at("nodes"),
    nodes.rows,
    (node) => node.id,
    (node) => [
      cell(node.id, "", [node.pod !== node.id && node.pod, node.kubernetesNode && `on ${node.kubernetesNode}`].filter(Boolean).join(" ")),
      nodeState(node),
      number(words.count(node.blocks)),
      cell(element("span", "", ...node.tiers.map(tier))),
      cell(node.silentMs < 1000 ? "just now" : `${words.age(node.silentMs)} ago`, node.liveness === "fresh" ? "number" : "number warn"),
      number(words.moment(node.incarnation)),
    ],
  );
}

function nodeState({ state, liveness, silent }) {
  if (silent) {
    return cell(`${state}, silent`, "bad", "not picked");
  }
  if (liveness === "not-picked") {
    return cell(state, "warn", "not picked");
  }
  return liveness === "quiet" ? cell(`${state}, quiet`, "warn", "trusted by half") : cell(state, "good");
}

function showEndpoints({ endpoints, placement }) {
  say("endpoints-count", rowsOf(endpoints));
  fill(
    at("endpoints"),
    endpoints.rows,
    (endpoint) => endpoint.name,
    (endpoint) => [
      cell(endpoint.name),
      endpointState(endpoint),
      cell(placement === "pooled" ? "all nodes" : endpoint.node || "none"),
      number(words.time(endpoint.queueMs)),
      number(words.time(endpoint.foreignQueueMs)),
      number(words.count(endpoint.outstanding)),
      number(`${Math.round(100 * endpoint.busy)} %`),
      number(words.perSecond(endpoint.tokensPerSecond, " tokens")),
      number(endpoint.engine ? `${endpoint.engine.running} run, ${endpoint.engine.waiting} wait` : words.NONE,
        endpoint.engine ? `${Math.round(100 * endpoint.engine.kvCacheUsage)} % full` : ""),
    ],
  );
}

function endpointState({ admitted, failures, cold }) {
  if (!admitted) {
    return failures > 0 ? cell("ejected", "bad", words.counted(failures, "failure", "failures")) : cell("leaves", "warn");
  }
  if (failures > 0) {
    return cell("to be probed", "warn", words.counted(failures, "failure", "failures"));
  }
  return cold ? cell("new", "", "few at a time") : cell("admitted", "good");
}

/** Token ids as people paste them: with commas, spaces, brackets; null where something else is among them. */
function parsed(text) {
  const parts = text.replace(/[[\]]/g, " ").split(/[\s,]+/).filter(Boolean);
  return parts.length > 0 && parts.every((part) => /^\d{1,10}$/.test(part)) ? parts.map(Number) : null;
}

async function explain(event) {
  event.preventDefault();
  say("try-problem", "");
  at("try-answer").hidden = true;
  const tokens = parsed(at("tokens").value);
  if (!tokens) {
    say("try-problem", "Give token ids: whole numbers with commas between them.");
    at("tokens").focus();
    return;
  }
  try {
    const answer = await fetch("../v1/pick", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model: at("model").value, tokens, follow: false, explain: true }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const body = await answer.json();
    if (!answer.ok) {
      say("try-problem", body.error?.message ?? `The router answers with status ${answer.status}.`);
      return;
    }
    const best = body.ranked[0];
    say("try-note", `${words.counted(tokens.length, "token", "tokens")}: to ${best.endpoint}, ${best.reason}`);
    at("try-answer").hidden = false;
    weights(at("try-weights"), body.ranked.slice(0, 8).map((row) => ({ ...row, ...row.parts })), best.totalBlocks);
  } catch {
    say("try-problem", "The router does not answer.");
  }
}

at("try").addEventListener("submit", explain);
document.addEventListener("visibilitychange", () => document.hidden || refresh());
go();
