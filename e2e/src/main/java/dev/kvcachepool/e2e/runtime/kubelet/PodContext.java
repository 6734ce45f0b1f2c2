package dev.kvcachepool.e2e.runtime.kubelet;

import dev.kvcachepool.e2e.runtime.cluster.EventRecorder;
import dev.kvcachepool.e2e.runtime.container.ContainerSpec;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;

/**
 * What the containers of one pod share.
 *
 * @param pod as admitted
 * @param waker asks for another look at the pod, from any thread
 */
record PodContext(
        Pod pod,
        String podIp,
        PodVolumes volumes,
        ConfigSources sources,
        ContainerStarter starter,
        ProbeCall calls,
        EventRecorder events,
        Runnable waker) {
    private static final long DEFAULT_GRACE = 30;

    /** Of a container that is started now, in the pod as it is now. */
    ContainerSpec spec(Pod now, Container container) throws ConfigError {
        return starter.spec(now, container, podIp, volumes, sources);
    }

    Duration grace() {
        var seconds = pod.getSpec().getTerminationGracePeriodSeconds();
        return Duration.ofSeconds(seconds == null ? DEFAULT_GRACE : seconds);
    }

    String podName() {
        return pod.getMetadata().getNamespace() + "/" + pod.getMetadata().getName();
    }

    void normal(String reason, String message) {
        events.normal(pod, reason, message);
    }

    void warning(String reason, String message) {
        events.warning(pod, reason, message);
    }

    void wake() {
        waker.run();
    }
}
