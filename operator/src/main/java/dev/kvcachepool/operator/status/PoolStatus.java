package dev.kvcachepool.operator.status;

import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.crds.KVCachePoolStatus;
import dev.kvcachepool.crds.NodeStatus;
import dev.kvcachepool.crds.NodeStatus.TierStatus;
import dev.kvcachepool.crds.RolloutStatus;
import dev.kvcachepool.operator.desired.ChildLabels;
import dev.kvcachepool.operator.desired.ConnectionSettings;
import dev.kvcachepool.operator.desired.PoolContext;
import dev.kvcachepool.operator.desired.Release;
import dev.kvcachepool.operator.probe.Findings;
import dev.kvcachepool.operator.probe.Findings.RouterView;
import dev.kvcachepool.operator.status.Conditions.Is;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes the status of a pool from what was observed. Every path sets every condition. Thread-safe. */
public final class PoolStatus {
    private final Release release;
    private final Clock clock;

    public PoolStatus(Release release, Clock clock) {
        this.release = release;
        this.clock = clock;
    }

    /** The status that {@code pool} shall show; equal to the one it shows when nothing has changed. */
    public KVCachePoolStatus of(KVCachePool pool, Observed observed) {
        var before = pool.getStatus();
        var context = new PoolContext(pool, release);
        long generation = pool.getMetadata().getGeneration();
        var conditions = new Conditions(before == null ? List.of() : before.conditions(), generation, clock);
        var troubles = troubles(observed);
        ready(conditions, observed);
        progressing(conditions, observed);
        degraded(conditions, troubles);
        adverts(conditions, observed);
        StorageCondition.add(conditions, pool, observed);
        steerable(conditions, pool, observed);
        paused(conditions, observed);
        var nodes = nodes(before, observed);
        return new KVCachePoolStatus(
                generation,
                observed.nodes().desired(),
                observed.nodes().ready(),
                ChildLabels.nodeSelectorText(pool),
                release.version(),
                lastApplied(before, observed),
                endpoints(context),
                PoolContext.topics(pool).blocks(),
                nodes,
                NodeStatuses.sum(nodes, TierStatus::capacity).orElse(null),
                NodeStatuses.sum(nodes, TierStatus::used).orElse(null),
                hitRatio(before, observed),
                observed.autoscaling(),
                observed.rollout(),
                conditions.list());
    }

    /** As they were where the router can't be asked just now. */
    private static List<NodeStatus> nodes(@Nullable KVCachePoolStatus before, Observed observed) {
        var rows = before == null ? List.<NodeStatus>of() : before.nodes();
        if (observed.router() == null) {
            return List.of();
        }
        return router(observed).map(view -> NodeStatuses.of(view.nodes(), rows)).orElse(rows);
    }

    private static @Nullable Integer hitRatio(@Nullable KVCachePoolStatus before, Observed observed) {
        if (observed.router() == null) {
            return null;
        }
        var last = before == null ? null : before.hitRatio();
        var view = router(observed).orElse(null);
        if (view == null) {
            return last;
        }
        return view.hitPercent() == null || last == null
                ? view.hitPercent()
                : Integer.valueOf(NodeStatuses.ratio(view.hitPercent(), last));
    }

    private static Optional<RouterView> router(Observed observed) {
        return Optional.ofNullable(observed.findings()).map(Findings::router).filter(RouterView::tableRead);
    }

    private static KVCachePoolStatus.Endpoints endpoints(PoolContext context) {
        var spec = context.pool().getSpec();
        var router = spec.router().enabled() ? ConnectionSettings.routerUrl(context) : null;
        if (context.isSidecar()) {
            return new KVCachePoolStatus.Endpoints(null, null, null, router);
        }
        var host = ConnectionSettings.respHost(context) + ":";
        var lm = spec.protocols().lm();
        return new KVCachePoolStatus.Endpoints(
                host + spec.protocols().resp().port(),
                lm == null ? null : host + lm.port(),
                ConnectionSettings.transferHost(context) + ":"
                        + spec.protocols().resp().port(),
                router);
    }

    /** The one that last brought the pool up to date: a paused or failing operator doesn't claim it. */
    private @Nullable String lastApplied(@Nullable KVCachePoolStatus before, Observed observed) {
        return observed.paused() || !observed.failures().isEmpty()
                ? before == null ? null : before.lastAppliedVersion()
                : release.version();
    }

    private static List<Trouble> troubles(Observed observed) {
        var troubles = new ArrayList<>(observed.failures());
        var findings = observed.findings();
        if (findings != null) {
            findings.strimzi().wrong().forEach(absent -> troubles.add(new Trouble(absent.reason(), absent.sentence())));
            findings.secrets().forEach(sentence -> troubles.add(new Trouble("SecretMissing", sentence)));
            if (findings.kafka() != null) {
                troubles.add(new Trouble("KafkaUnreachable", findings.kafka()));
            }
            if (findings.topics() != null) {
                troubles.add(new Trouble("TopicMisconfigured", findings.topics()));
            }
            findings.mountedFiles().forEach(absent -> troubles.add(new Trouble(absent.reason(), absent.sentence())));
        }
        troubles.addAll(observed.pods());
        troubles.addAll(observed.lacking());
        var rollout = observed.rollout();
        if (rollout != null && rollout.phase() == RolloutStatus.Phase.Stalled) {
            troubles.add(new Trouble("RolloutStalled", rollout.reason()));
        }
        return troubles;
    }

    private static void ready(Conditions conditions, Observed observed) {
        var nodes = observed.nodes();
        var router = observed.router();
        if (nodes.desired() == 0 && nodes.observed()) {
            conditions.add(
                    ConditionType.Ready,
                    Is.False,
                    "NoNodes",
                    "no cache-node shall run: the pool is scaled to 0, or"
                            + " no Kubernetes node matches spec.template.nodeSelector, or no engine's pod has one");
        } else if (!observed.failures().isEmpty()) {
            conditions.add(ConditionType.Ready, Is.False, observed.failures().getFirst());
        } else if (!nodes.settled()) {
            conditions.add(
                    ConditionType.Ready,
                    Is.False,
                    "NodesNotReady",
                    ofReady("cache-nodes", nodes) + because(observed.pods()));
        } else if (router != null && !router.settled()) {
            conditions.add(
                    ConditionType.Ready,
                    Is.False,
                    "RouterNotReady",
                    ofReady("routers", router) + because(observed.pods()));
        } else {
            conditions.add(
                    ConditionType.Ready,
                    Is.True,
                    "AllServing",
                    ofReady("cache-nodes", nodes) + (router == null ? "" : ", " + ofReady("routers", router)));
        }
    }

    private static String because(List<Trouble> troubles) {
        return troubles.isEmpty() ? "" : ": " + troubles.getFirst().message();
    }

    private static String ofReady(String what, Workload workload) {
        return workload.ready() + " of " + workload.desired() + " " + what + " serve";
    }

    private static void progressing(Conditions conditions, Observed observed) {
        var nodes = observed.nodes();
        var router = observed.router();
        if (observed.paused()) {
            conditions.add(ConditionType.Progressing, Is.False, "Paused", "reconciliation is paused");
        } else if (!nodes.settled()) {
            var rollout = observed.rollout();
            var step =
                    rollout == null || rollout.phase() == RolloutStatus.Phase.Complete ? "" : ": " + rollout.reason();
            conditions.add(
                    ConditionType.Progressing,
                    Is.True,
                    "NodesRolling",
                    rolling("cache-nodes", nodes) + step + lastScale(observed));
        } else if (router != null && !router.settled()) {
            conditions.add(ConditionType.Progressing, Is.True, "RouterRolling", rolling("routers", router));
        } else {
            conditions.add(ConditionType.Progressing, Is.False, "UpToDate", "everything is as the specification says");
        }
    }

    /** Empty where the number of cache-nodes is not the operator's own choice. */
    private static String lastScale(Observed observed) {
        var autoscaling = observed.autoscaling();
        return autoscaling == null || autoscaling.lastScale() == null ? "" : "; " + autoscaling.lastScale();
    }

    private static String rolling(String what, Workload workload) {
        return workload.updated() + " of " + workload.desired() + " " + what + " are of the newest form, "
                + workload.ready() + " serve";
    }

    private static void degraded(Conditions conditions, List<Trouble> troubles) {
        if (troubles.isEmpty()) {
            conditions.add(ConditionType.Degraded, Is.False, "AsExpected", "nothing is wrong");
        } else {
            conditions.add(
                    ConditionType.Degraded,
                    Is.True,
                    new Trouble(
                            troubles.getFirst().reason(),
                            troubles.stream().map(Trouble::message).distinct().collect(Collectors.joining("; "))));
        }
    }

    private static void adverts(Conditions conditions, Observed observed) {
        var findings = observed.findings();
        if (findings == null) {
            conditions.add(ConditionType.AdvertsPublishing, Is.Unknown, "Checking", "the topics are being looked at");
        } else if (!findings.advertsPossible()) {
            conditions.add(ConditionType.AdvertsPublishing, Is.False, firstOf(findings));
        } else if (observed.nodes().ready() == 0) {
            conditions.add(ConditionType.AdvertsPublishing, Is.False, "NoNodeServes", "no cache-node serves yet");
        } else if (findings.router() == null || !findings.router().tableRead()) {
            conditions.add(
                    ConditionType.AdvertsPublishing,
                    Is.True,
                    "TopicsReady",
                    "cache-nodes serve and the topics are as they should be; no router tells of their rows");
        } else if (findings.router().publishing() < observed.nodes().ready()) {
            conditions.add(
                    ConditionType.AdvertsPublishing,
                    Is.False,
                    "NodesSilent",
                    findings.router().publishing() + " of " + observed.nodes().ready()
                            + " serving cache-nodes are seen in the topic; look at the others' logs");
        } else {
            conditions.add(
                    ConditionType.AdvertsPublishing,
                    Is.True,
                    "Publishing",
                    findings.router().publishing() + " cache-nodes are seen in the topic");
        }
    }

    private static Trouble firstOf(Findings findings) {
        if (!findings.strimzi().wrong().isEmpty()) {
            var first = findings.strimzi().wrong().getFirst();
            return new Trouble(first.reason(), first.sentence());
        }
        if (!findings.secrets().isEmpty()) {
            return new Trouble("SecretMissing", findings.secrets().getFirst());
        }
        if (findings.kafka() != null) {
            return new Trouble("KafkaUnreachable", findings.kafka());
        }
        return new Trouble("TopicMisconfigured", String.valueOf(findings.topics()));
    }

    private static void steerable(Conditions conditions, KVCachePool pool, Observed observed) {
        var spec = pool.getSpec();
        var view = observed.findings() == null ? null : observed.findings().router();
        if (!spec.router().enabled()) {
            notSteerable(conditions, "RouterDisabled", "the pool has no router; set spec.router.enabled to have one");
        } else if (spec.router().engines() == null && spec.router().inferencePool() == null) {
            notSteerable(
                    conditions,
                    "NoEngineSelector",
                    "no engine is named; set spec.router.engines.selector to the labels of the engines' pods, or"
                            + " spec.router.gateway.inferencePool");
        } else if (spec.models().isEmpty()) {
            notSteerable(
                    conditions,
                    "NoModels",
                    "no model is declared, so blocks are stored but not advertised; declare"
                            + " what the engines serve in spec.models");
        } else if (observed.router() == null || observed.router().ready() == 0) {
            notSteerable(conditions, "RouterNotReady", "no router serves yet");
        } else if (view == null) {
            conditions.add(
                    ConditionType.Steerable, Is.Unknown, "RouterSilent", "the operator can't reach the router's API");
        } else if (!view.tableRead()) {
            notSteerable(conditions, "TableNotRead", "the router has not read the advert tables yet");
        } else if (view.engines() == 0) {
            var named = spec.router().inferencePool() == null
                    ? "matches spec.router.engines.selector"
                    : "is of InferencePool " + spec.router().inferencePool();
            notSteerable(conditions, "NoEngines", "no ready pod " + named);
        } else if (!view.mismatches().isEmpty()) {
            var mismatch = EngineMismatch.of(view.mismatches());
            notSteerable(conditions, mismatch.reason(), mismatch.message());
        } else {
            conditions.add(ConditionType.Steerable, Is.True, "Steering", view.engines() + " engines can be picked");
        }
    }

    private static void notSteerable(Conditions conditions, String reason, String message) {
        conditions.add(ConditionType.Steerable, Is.False, reason, message);
    }

    private static void paused(Conditions conditions, Observed observed) {
        if (observed.paused()) {
            conditions.add(
                    ConditionType.ReconciliationPaused,
                    Is.True,
                    "Annotation",
                    "remove the annotation " + KVCachePool.PAUSE_ANNOTATION + " to go on");
        } else {
            conditions.add(ConditionType.ReconciliationPaused, Is.False, "NotPaused", "changes are carried out");
        }
    }

    /** The conditions whose status differs, in their new form. */
    public static List<Condition> transitions(@Nullable KVCachePoolStatus before, KVCachePoolStatus after) {
        return after.conditions().stream()
                .filter(condition -> before == null
                        || before.conditions().stream()
                                .noneMatch(old -> old.getType().equals(condition.getType())
                                        && old.getStatus().equals(condition.getStatus())))
                .toList();
    }
}
