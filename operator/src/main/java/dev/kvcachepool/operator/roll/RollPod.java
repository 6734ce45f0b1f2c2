package dev.kvcachepool.operator.roll;

import dev.kvcachepool.operator.desired.PodForm;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A cache-node's pod as a roll sees it.
 *
 * @param ending whether it was told to end
 * @param ready whether it serves
 * @param since when it began, or stopped, to serve
 * @param restarts of its container
 * @param hasRun whether its container has ever been started
 * @param restartsBefore how many there were when it was last to be restarted where it is; −1 if it never was
 * @param told when that was; null if it never was
 */
record RollPod(
        Pod pod,
        NodeForm form,
        boolean ending,
        boolean ready,
        Instant since,
        int restarts,
        boolean hasRun,
        int restartsBefore,
        @Nullable Instant told) {

    static RollPod of(Pod pod) {
        var condition = ready(pod);
        return new RollPod(
                pod,
                NodeForm.of(pod.getMetadata(), pod.getSpec()),
                pod.getMetadata().getDeletionTimestamp() != null,
                condition.map(ready -> ready.getStatus().equals("True")).orElse(false),
                Instant.parse(condition
                        .map(PodCondition::getLastTransitionTime)
                        .orElse(pod.getMetadata().getCreationTimestamp())),
                container(pod).map(ContainerStatus::getRestartCount).orElse(0),
                container(pod).map(RollPod::hasRun).orElse(false),
                restartsBefore(pod),
                told(pod));
    }

    private static Optional<PodCondition> ready(Pod pod) {
        return pod.getStatus() == null
                ? Optional.empty()
                : pod.getStatus().getConditions().stream()
                        .filter(condition -> condition.getType().equals("Ready"))
                        .findFirst();
    }

    private static Optional<ContainerStatus> container(Pod pod) {
        return pod.getStatus() == null
                ? Optional.empty()
                : pod.getStatus().getContainerStatuses().stream()
                        .filter(status -> status.getName().equals(PodForm.CONTAINER))
                        .findFirst();
    }

    private static boolean hasRun(ContainerStatus status) {
        return status.getRestartCount() > 0 || hasRun(status.getState()) || hasRun(status.getLastState());
    }

    private static boolean hasRun(@Nullable ContainerState state) {
        return state != null && (state.getRunning() != null || state.getTerminated() != null);
    }

    private static int restartsBefore(Pod pod) {
        var noted = annotation(pod, PodForm.RESTARTS);
        return noted == null ? -1 : Integer.parseInt(noted);
    }

    private static @Nullable Instant told(Pod pod) {
        var noted = annotation(pod, PodForm.TOLD);
        return noted == null ? null : Instant.parse(noted);
    }

    private static @Nullable String annotation(Pod pod, String name) {
        var annotations = pod.getMetadata().getAnnotations();
        return annotations == null ? null : annotations.get(name);
    }

    String name() {
        return pod.getMetadata().getName();
    }

    /** Whether its container is to be restarted where it is and has not been yet. */
    boolean isRestarting() {
        return restarts <= restartsBefore;
    }

    /** Since when it does not serve as it shall: one that is to be restarted is ready until it begins with that. */
    Instant waitedForSince() {
        return isRestarting() && told != null && told.isAfter(since) ? told : since;
    }

    /** What is to be noted when it is to be restarted where it is: its first start is no restart. */
    int restartsToNote() {
        return hasRun ? restarts : -1;
    }

    boolean serves() {
        return ready && !ending && !isRestarting();
    }
}
