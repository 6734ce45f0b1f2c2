package dev.kvcachepool.operator.status;

import dev.kvcachepool.operator.desired.ChildLabels;
import dev.kvcachepool.operator.desired.NodeSidecar;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What keeps pods from running, and what to do about it. */
public final class PodTroubles {
    private static final Map<String, String> NEXT_STEP = Map.of(
            "ErrImagePull", "check spec.image, spec.router.image and spec.imagePullSecrets",
            "ImagePullBackOff", "check spec.image, spec.router.image and spec.imagePullSecrets",
            "InvalidImageName", "check spec.image and spec.router.image",
            "ErrImageNeverPull", "put the image on the node, or allow it to be pulled",
            "CreateContainerConfigError", "create what the message names, a Secret as a rule",
            "CreateContainerError", "look at kubectl describe of the pod",
            "RunContainerError", "look at kubectl describe of the pod",
            "CrashLoopBackOff", "look at kubectl logs of the pod");

    private PodTroubles() {}

    public static List<Trouble> of(Collection<Pod> pods) {
        return pods.stream()
                .filter(pod -> pod.getStatus() != null && pod.getMetadata().getDeletionTimestamp() == null)
                .flatMap(pod -> Stream.concat(unschedulable(pod), containers(pod)))
                .sorted((one, other) -> one.message().compareTo(other.message()))
                .toList();
    }

    private static boolean isEngine(Pod pod) {
        var labels = pod.getMetadata().getLabels();
        return labels != null && labels.containsKey(ChildLabels.SIDECAR);
    }

    private static Stream<Trouble> unschedulable(Pod pod) {
        return pod.getStatus().getConditions().stream()
                .filter(condition -> condition.getType().equals("PodScheduled")
                        && condition.getStatus().equals("False"))
                .map(condition -> new Trouble("Unschedulable", describe(pod, condition)));
    }

    private static String describe(Pod pod, PodCondition condition) {
        return "pod " + pod.getMetadata().getName() + " fits on no Kubernetes node (" + condition.getMessage()
                + "): add nodes, or lower spec.tiers and spec.resources";
    }

    /** In an engine's pod only the cache-node is the pool's. */
    private static Stream<Trouble> containers(Pod pod) {
        var statuses = isEngine(pod)
                ? pod.getStatus().getInitContainerStatuses().stream()
                        .filter(status -> status.getName().equals(NodeSidecar.CONTAINER))
                : pod.getStatus().getContainerStatuses().stream();
        return statuses.filter(
                        status -> status.getState() != null && status.getState().getWaiting() != null)
                .filter(status -> NEXT_STEP.containsKey(reason(status)))
                .map(status -> new Trouble(reason(status), describe(pod, status)));
    }

    private static String reason(ContainerStatus status) {
        return String.valueOf(status.getState().getWaiting().getReason());
    }

    private static String describe(Pod pod, ContainerStatus status) {
        var message = status.getState().getWaiting().getMessage();
        return "pod " + pod.getMetadata().getName() + ": " + reason(status)
                + (message == null ? "" : " (" + message + ")") + "; " + NEXT_STEP.get(reason(status));
    }
}
