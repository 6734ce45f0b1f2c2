package dev.kvcachepool.e2e.runtime.controller;

import dev.kvcachepool.e2e.runtime.cluster.PodState;
import dev.kvcachepool.e2e.runtime.schedule.NodeFit;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetStatus;
import io.fabric8.kubernetes.api.model.apps.DaemonSetStatusBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The nodes that lack a DaemonSet's pod, and the pods that must go: on nodes that don't match, finished, doubled, or of
 * an old template as far as maxUnavailable allows.
 */
record DaemonSetPlan(List<String> create, List<Pod> delete, DaemonSetStatus status) {
    static DaemonSetPlan next(DaemonSet set, List<Node> nodes, List<Pod> pods, String revision) {
        var planning = new Planning(set, revision);
        pods.forEach(pod -> planning.place(pod));
        var spec = DaemonSetPods.tolerant(set.getSpec().getTemplate().getSpec());
        for (var node : nodes) {
            planning.look(
                    node.getMetadata().getName(), NodeFit.obstacle(spec, node).isEmpty());
        }
        planning.roll();
        return new DaemonSetPlan(planning.create, planning.delete, planning.status());
    }

    /** What is counted and decided while the nodes are gone through. */
    private static final class Planning {
        private final DaemonSet set;
        private final String revision;
        private final Map<String, List<Pod>> byNode = new LinkedHashMap<>();
        private final List<String> create = new ArrayList<>();
        private final List<Pod> delete = new ArrayList<>();
        private final List<Pod> kept = new ArrayList<>();
        private int desired;
        private int misscheduled;

        Planning(DaemonSet set, String revision) {
            this.set = set;
            this.revision = revision;
        }

        void place(Pod pod) {
            byNode.computeIfAbsent(DaemonSetPods.node(pod), _ -> new ArrayList<>())
                    .add(pod);
        }

        void look(String node, boolean fits) {
            var pods = byNode.getOrDefault(node, List.of());
            var live = pods.stream().filter(pod -> !PodState.isTerminating(pod)).toList();
            if (!fits) {
                misscheduled += pods.isEmpty() ? 0 : 1;
                delete.addAll(live);
                return;
            }
            desired++;
            var finished = live.stream().filter(PodState::isFinished).toList();
            var running = live.stream().filter(PodState::isActive).toList();
            delete.addAll(finished);
            if (pods.isEmpty()) {
                create.add(node);
            } else if (!running.isEmpty()) {
                kept.add(running.getFirst());
                delete.addAll(running.subList(1, running.size()));
            }
        }

        void roll() {
            var strategy = set.getSpec().getUpdateStrategy();
            if (strategy != null && "OnDelete".equals(strategy.getType())) {
                return;
            }
            var rolling = strategy == null ? null : strategy.getRollingUpdate();
            var limit = Amount.roundedUp(rolling == null ? null : rolling.getMaxUnavailable(), desired, "1");
            var available = (int) kept.stream().filter(PodState::isAvailable).count();
            var budget = limit - (desired - available);
            for (var pod : kept) {
                if (StatefulSetPlan.revision(pod).equals(revision)) {
                    continue;
                }
                if (!PodState.isAvailable(pod)) {
                    delete.add(pod);
                } else if (budget > 0) {
                    budget--;
                    delete.add(pod);
                }
            }
        }

        DaemonSetStatus status() {
            var ready = (int) kept.stream().filter(PodState::isReady).count();
            return new DaemonSetStatusBuilder()
                    .withObservedGeneration(set.getMetadata().getGeneration())
                    .withDesiredNumberScheduled(desired)
                    .withCurrentNumberScheduled(kept.size())
                    .withNumberMisscheduled(misscheduled)
                    .withNumberReady(ready)
                    .withNumberAvailable(ready)
                    .withNumberUnavailable(desired - ready)
                    .withUpdatedNumberScheduled((int) kept.stream()
                            .filter(pod -> StatefulSetPlan.revision(pod).equals(revision))
                            .count())
                    .build();
        }
    }
}
