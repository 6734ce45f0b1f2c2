// Tables that are filled again and again. A row stays the same element as long as its key does, so that focus, selection and
// scrolling outlive a refresh. Text is only ever text: names come from outside.

import * as words from "./words.js";

/** An element with text or children. */
export function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) {
    made.className = className;
  }
  made.append(...children);
  return made;
}

/** A cell. `content` is text or an element, `note` a smaller addition. */
export function cell(content, className = "", note = "") {
  return { content, className, note };
}

export function number(content, note = "") {
  return cell(content, "number", note);
}

/** Fills a body with a row for each of `items`; `cells` gives a row's cells, of which the first is the row's header. */
export function fill(table, items, key, cells, chosen = () => false) {
  const body = table.tBodies[0];
  const known = new Map([...body.rows].map((row) => [row.dataset.key, row]));
  const rows = items.map((item) => {
    const row = known.get(String(key(item))) ?? element("tr");
    row.dataset.key = key(item);
    row.classList.toggle("chosen", chosen(item));
    cells(item).forEach((each, at) => fillCell(row, at, each));
    return row;
  });
  known.forEach((row) => rows.includes(row) || row.remove());
  rows.forEach((row, at) => body.rows[at] === row || body.insertBefore(row, body.rows[at] ?? null));
}

function fillCell(row, at, { content, className, note }) {
  let cell = row.cells[at];
  if (!cell) {
    cell = element(at === 0 ? "th" : "td");
    if (at === 0) {
      cell.scope = "row";
    }
    row.append(cell);
  }
  cell.className = className;
  if (content instanceof Node) {
    if (cell.firstChild !== content) {
      cell.replaceChildren(content);
    }
  } else {
    const text = note ? `${content}\u0000${note}` : String(content);
    if (cell.dataset.text !== text) {
      cell.dataset.text = text;
      cell.replaceChildren(String(content));
      if (note) {
        cell.append(" ", element("small", "", note));
      }
    }
  }
}

/** Names and values, one beside the other. */
export function list(target, pairs) {
  target.replaceChildren(...pairs.flatMap(([name, value, className]) => [element("dt", "", name), element("dd", className, value)]));
}

/** How full something is, drawn and in words. */
export function tier({ tier, usedBytes, capacityBytes }) {
  const fullness = capacityBytes > 0 ? Math.min(1, usedBytes / capacityBytes) : 0;
  const filled = element("i");
  filled.style.width = `${100 * fullness}%`;
  const gauge = element("span", "gauge", filled);
  gauge.ariaHidden = "true";
  return element("span", "tier", element("span", "", tier), gauge, element("span", "", `${words.bytes(usedBytes)} of ${words.bytes(capacityBytes)}`));
}

const PARTS = [
  ["queue", "queueMs"],
  ["prefill", "prefillMs"],
  ["read", "readMs"],
  ["others", "delayOfOthersMs"],
];
const WEIGHTS = ["Candidate", "Held", "Tokens to compute", "Queue", "Prefill", "Read", "TTFT", "Delay of others", ""];

function cost(candidate) {
  return PARTS.reduce((sum, [, field]) => sum + candidate[field], 0);
}

function bar(candidate, longest) {
  const parts = PARTS.map(([name, field]) => {
    const part = element("i", name);
    part.style.width = `${longest > 0 ? (100 * candidate[field]) / longest : 0}%`;
    return part;
  });
  const drawn = element("span", "bar", ...parts);
  drawn.ariaHidden = "true";
  return drawn;
}

/** What was thought of each candidate, the best first: the first was chosen. */
export function weights(table, candidates, totalBlocks) {
  if (!table.tHead.rows.length) {
    const head = element("tr");
    WEIGHTS.forEach((name, at) => {
      const header = name ? element("th", at > 0 ? "number" : "", name) : element("td");
      header.scope = "col";
      head.append(header);
    });
    table.tHead.append(head);
  }
  const longest = Math.max(...candidates.map(cost), 0);
  fill(
    table,
    candidates,
    (candidate) => candidate.endpoint,
    (candidate) => [
      cell(candidate.endpoint, "", marks(candidate)),
      number(totalBlocks > 0 ? `${candidate.heldBlocks} of ${totalBlocks}` : words.NONE),
      number(words.count(candidate.missingTokens)),
      number(words.time(candidate.queueMs)),
      number(words.time(candidate.prefillMs)),
      number(words.time(candidate.readMs)),
      cell(words.time(candidate.estimatedTtftMs), "number best"),
      number(words.time(candidate.delayOfOthersMs)),
      cell(bar(candidate, longest)),
    ],
    (candidate) => candidate === candidates[0],
  );
}

function marks(candidate) {
  return [candidate.quietNode && "node quiet", candidate.heldBack && "new, held back"].filter(Boolean).join(", ");
}
