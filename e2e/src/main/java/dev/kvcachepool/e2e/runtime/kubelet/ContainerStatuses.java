package dev.kvcachepool.e2e.runtime.kubelet;

import dev.kvcachepool.e2e.runtime.kubelet.ContainerSnapshot.Ended;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;

/** The containers' part of a pod's status. */
final class ContainerStatuses {
    private ContainerStatuses() {}

    static List<ContainerStatus> of(Pod pod, List<ContainerSnapshot> containers, boolean initialized) {
        return containers.stream().map(one -> of(pod, one, initialized)).toList();
    }

    private static ContainerStatus of(Pod pod, ContainerSnapshot one, boolean initialized) {
        var status = new ContainerStatusBuilder()
                .withName(one.container().getName())
                .withImage(one.container().getImage())
                .withImageID("local://" + one.container().getImage())
                .withRestartCount(one.restarts())
                .withStarted(one.started())
                .withReady(one.ready())
                .withState(state(one, initialized));
        if (one.wasStarted()) {
            status.withContainerID("local://" + pod.getMetadata().getUid() + "/"
                    + one.container().getName() + "/" + one.restarts());
        }
        var ended = one.ended();
        if (ended != null && (one.isRunning() || one.waiting() != null)) {
            status.withLastState(terminated(ended));
        }
        return status.build();
    }

    private static ContainerState state(ContainerSnapshot one, boolean initialized) {
        var since = one.runningSince();
        if (since != null) {
            return new ContainerStateBuilder()
                    .withNewRunning()
                    .withStartedAt(PodStatuses.time(since))
                    .endRunning()
                    .build();
        }
        var waiting = one.waiting();
        if (waiting != null) {
            return waiting(waiting.reason(), waiting.message());
        }
        var ended = one.ended();
        return ended == null ? waiting(initialized ? "ContainerCreating" : "PodInitializing", "") : terminated(ended);
    }

    private static ContainerState waiting(String reason, String message) {
        return new ContainerStateBuilder()
                .withNewWaiting()
                .withReason(reason)
                .withMessage(message.isEmpty() ? null : message)
                .endWaiting()
                .build();
    }

    private static ContainerState terminated(Ended ended) {
        return new ContainerStateBuilder()
                .withNewTerminated()
                .withExitCode(ended.exitCode())
                .withReason(ended.reason())
                .withStartedAt(PodStatuses.time(ended.started()))
                .withFinishedAt(PodStatuses.time(ended.finished()))
                .endTerminated()
                .build();
    }
}
