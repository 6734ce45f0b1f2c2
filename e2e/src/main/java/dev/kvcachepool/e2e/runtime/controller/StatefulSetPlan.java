package dev.kvcachepool.e2e.runtime.controller;

import dev.kvcachepool.e2e.runtime.cluster.PodState;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a StatefulSet's controller does next:
 *
 * <ol>
 *   <li>a finished pod is deleted, a missing one made: below the partition at the current revision, else at the update's;
 *   <li>with OrderedReady nothing follows a pod that isn't ready;
 *   <li>pods outside the range go, the highest first; with OrderedReady one at a time and only when the others are ready;
 *   <li>with RollingUpdate the highest pod of an old revision goes once all above it are ready.
 * </ol>
 */
final class StatefulSetPlan {
    sealed interface Action {
        record Create(int ordinal, String revision) implements Action {}

        record Delete(Pod pod) implements Action {}
    }

    private final StatefulSet set;
    private final String currentRevision;
    private final String updateRevision;
    private final boolean ordered;
    private final int start;
    private final int end;
    private final Map<Integer, Pod> wanted = new HashMap<>();
    private final TreeMap<Integer, Pod> condemned = new TreeMap<>(Comparator.reverseOrder());
    private final List<Action> actions = new ArrayList<>();

    private StatefulSetPlan(StatefulSet set, List<Pod> pods, String currentRevision, String updateRevision) {
        this.set = set;
        this.currentRevision = currentRevision;
        this.updateRevision = updateRevision;
        this.ordered = !"Parallel".equals(set.getSpec().getPodManagementPolicy());
        this.start = start(set);
        this.end = start + replicas(set);
        for (var pod : pods) {
            var ordinal = ordinal(set, pod);
            var into = ordinal >= start && ordinal < end ? wanted : condemned;
            into.put(ordinal, pod);
        }
    }

    static List<Action> next(StatefulSet set, List<Pod> pods, String currentRevision, String updateRevision) {
        var plan = new StatefulSetPlan(set, pods, currentRevision, updateRevision);
        var _ = plan.fill() && plan.shrink() && plan.roll();
        return List.copyOf(plan.actions);
    }

    /** Whether the next step may follow. */
    private boolean fill() {
        for (var ordinal = start; ordinal < end; ordinal++) {
            var pod = wanted.get(ordinal);
            if (pod == null) {
                actions.add(new Action.Create(ordinal, ordinal < partition() ? currentRevision : updateRevision));
            } else if (PodState.isFinished(pod) && !PodState.isTerminating(pod)) {
                actions.add(new Action.Delete(pod));
            }
            if (ordered && (pod == null || !PodState.isAvailable(pod))) {
                return false;
            }
        }
        return true;
    }

    private boolean shrink() {
        for (var pod : condemned.values()) {
            if (!PodState.isTerminating(pod)) {
                actions.add(new Action.Delete(pod));
            }
            if (ordered) {
                return false;
            }
        }
        return true;
    }

    private boolean roll() {
        if (!rolls(set) || !actions.isEmpty()) {
            return false;
        }
        for (var ordinal = end - 1; ordinal >= Math.max(start, partition()); ordinal--) {
            var pod = wanted.get(ordinal);
            if (pod == null || PodState.isTerminating(pod)) {
                return false;
            }
            if (!updateRevision.equals(revision(pod))) {
                actions.add(new Action.Delete(pod));
                return true;
            }
            if (!PodState.isAvailable(pod)) {
                return false;
            }
        }
        return true;
    }

    private int partition() {
        var strategy = set.getSpec().getUpdateStrategy();
        var rolling = strategy == null ? null : strategy.getRollingUpdate();
        return rolling == null || rolling.getPartition() == null ? 0 : rolling.getPartition();
    }

    private static boolean rolls(StatefulSet set) {
        var strategy = set.getSpec().getUpdateStrategy();
        return strategy == null || !"OnDelete".equals(strategy.getType());
    }

    static int replicas(StatefulSet set) {
        return set.getSpec().getReplicas() == null ? 1 : set.getSpec().getReplicas();
    }

    static int start(StatefulSet set) {
        var ordinals = set.getSpec().getOrdinals();
        return ordinals == null || ordinals.getStart() == null ? 0 : ordinals.getStart();
    }

    static int ordinal(StatefulSet set, Pod pod) {
        return Integer.parseInt(pod.getMetadata()
                .getName()
                .substring(set.getMetadata().getName().length() + 1));
    }

    static String revision(Pod pod) {
        return PodState.label(pod, "controller-revision-hash");
    }
}
