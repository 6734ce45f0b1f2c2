package dev.kvcachepool.e2e.runtime.kubelet;

import dev.kvcachepool.e2e.runtime.cluster.PodState;
import io.fabric8.kubernetes.api.model.HostIP;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodIP;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A pod's status from its containers; a condition's time changes with its status only. */
final class PodStatuses {
    /** All nodes are this machine. */
    static final String HOST_IP = "127.0.0.1";

    private PodStatuses() {}

    static PodStatus of(
            Pod pod,
            String podIp,
            Instant admitted,
            List<ContainerSnapshot> init,
            List<ContainerSnapshot> containers,
            Instant now) {
        var initialized = init.stream().allMatch(ContainerSnapshot::isComplete);
        var unready = names(containers.stream().filter(one -> !one.ready()).toList());
        var notReady = unready.isEmpty() ? null : "containers with unready status: [" + unready + "]";
        var notInitialized = initialized
                ? null
                : "containers with incomplete status: ["
                        + names(init.stream().filter(one -> !one.isComplete()).toList()) + "]";
        return new PodStatusBuilder()
                .withPhase(phase(pod, initialized, containers))
                .withConditions(
                        condition(pod, "Initialized", notInitialized, "ContainersNotInitialized", now),
                        condition(pod, "Ready", notReady, "ContainersNotReady", now),
                        condition(pod, "ContainersReady", notReady, "ContainersNotReady", now),
                        condition(pod, "PodScheduled", null, "", now))
                .withHostIP(HOST_IP)
                .withHostIPs(new HostIP(HOST_IP))
                .withPodIP(podIp)
                .withPodIPs(new PodIP(podIp))
                .withStartTime(time(admitted))
                .withInitContainerStatuses(ContainerStatuses.of(pod, init, true))
                .withContainerStatuses(ContainerStatuses.of(pod, containers, initialized))
                .build();
    }

    private static String phase(Pod pod, boolean initialized, List<ContainerSnapshot> containers) {
        if (PodState.isTerminating(pod)
                && containers.stream().allMatch(one -> !one.isRunning() && one.ended() != null)) {
            return containers.stream().allMatch(ContainerSnapshot::isComplete) ? "Succeeded" : "Failed";
        }
        return initialized && containers.stream().allMatch(ContainerSnapshot::wasStarted) ? "Running" : "Pending";
    }

    private static PodCondition condition(Pod pod, String type, @Nullable String problem, String reason, Instant now) {
        var status = problem == null ? "True" : "False";
        var since = PodState.condition(pod, type)
                .filter(known -> status.equals(known.getStatus()))
                .map(PodCondition::getLastTransitionTime)
                .orElseGet(() -> time(now));
        return new PodConditionBuilder()
                .withType(type)
                .withStatus(status)
                .withReason(problem == null ? null : reason)
                .withMessage(problem)
                .withLastTransitionTime(since)
                .build();
    }

    private static String names(List<ContainerSnapshot> containers) {
        return containers.stream().map(one -> one.container().getName()).collect(Collectors.joining(" "));
    }

    static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
