package dev.kvcachepool.operator.status;

import dev.kvcachepool.operator.desired.ChildLabels;
import dev.kvcachepool.operator.desired.NodeSidecar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.Collection;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How far a set of pods is.
 *
 * @param desired pods that there shall be
 * @param ready pods that serve
 * @param updated pods of the newest template
 * @param observed whether the numbers are of the newest specification
 */
public record Workload(int desired, int ready, int updated, boolean observed) {
    private static final Set<String> ENDED = Set.of("Succeeded", "Failed");

    /** Before its controller has said anything. */
    public static final Workload UNKNOWN = new Workload(0, 0, 0, false);

    public static Workload of(StatefulSet set) {
        var status = set.getStatus();
        return status == null
                ? UNKNOWN
                : new Workload(
                        orZero(set.getSpec().getReplicas()),
                        orZero(status.getReadyReplicas()),
                        // Left out by the controller when a roll is complete.
                        Objects.equals(status.getCurrentRevision(), status.getUpdateRevision())
                                ? orZero(status.getReplicas())
                                : orZero(status.getUpdatedReplicas()),
                        Objects.equals(
                                status.getObservedGeneration(),
                                set.getMetadata().getGeneration()));
    }

    public static Workload of(DaemonSet set) {
        var status = set.getStatus();
        return status == null
                ? UNKNOWN
                : new Workload(
                        orZero(status.getDesiredNumberScheduled()),
                        orZero(status.getNumberReady()),
                        orZero(status.getUpdatedNumberScheduled()),
                        Objects.equals(
                                status.getObservedGeneration(),
                                set.getMetadata().getGeneration()));
    }

    public static Workload of(Deployment deployment) {
        var status = deployment.getStatus();
        return status == null
                ? UNKNOWN
                : new Workload(
                        orZero(deployment.getSpec().getReplicas()),
                        orZero(status.getReadyReplicas()),
                        orZero(status.getUpdatedReplicas()),
                        Objects.equals(
                                status.getObservedGeneration(),
                                deployment.getMetadata().getGeneration()));
    }

    /** Of a Sidecar pool: engines' pods that have a cache-node. They keep the form that they were made with. */
    public static Workload ofSidecars(Collection<Pod> pods) {
        var running = pods.stream()
                .filter(pod -> pod.getMetadata().getLabels().containsKey(ChildLabels.SIDECAR))
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .filter(pod -> pod.getStatus() == null
                        || !ENDED.contains(String.valueOf(pod.getStatus().getPhase())))
                .toList();
        int ready = (int) running.stream().filter(Workload::servesBeside).count();
        return new Workload(running.size(), ready, running.size(), true);
    }

    private static boolean servesBeside(Pod pod) {
        return pod.getStatus() != null
                && pod.getStatus().getInitContainerStatuses().stream()
                        .anyMatch(
                                container -> container.getName().equals(NodeSidecar.CONTAINER) && container.getReady());
    }

    private static int orZero(@Nullable Integer number) {
        return number == null ? 0 : number;
    }

    /** The same with so many pods of the newest form, counted by who knows better. */
    public Workload withUpdated(int number) {
        return new Workload(desired, ready, number, observed);
    }

    /** Whether nothing is left to do. */
    public boolean settled() {
        return observed && ready == desired && updated >= desired;
    }
}
