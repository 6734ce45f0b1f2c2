package dev.kvcachepool.e2e.runtime.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.util.Optional;

/** Questions that every controller asks about a pod. */
public final class PodState {
    private PodState() {}

    /** Whether its Ready condition holds, terminating or not. */
    public static boolean isReady(Pod pod) {
        return condition(pod, "Ready")
                .filter(condition -> "True".equals(condition.getStatus()))
                .isPresent();
    }

    /** Ready and not on its way out: what counts as available, since minReadySeconds is 0 here. */
    public static boolean isAvailable(Pod pod) {
        return isReady(pod) && !isTerminating(pod);
    }

    public static boolean isTerminating(HasMetadata object) {
        return object.getMetadata().getDeletionTimestamp() != null;
    }

    /** Whether its containers have ended for good. */
    public static boolean isFinished(Pod pod) {
        var phase = pod.getStatus() == null ? null : pod.getStatus().getPhase();
        return "Failed".equals(phase) || "Succeeded".equals(phase);
    }

    /** Neither finished nor on its way out. */
    public static boolean isActive(Pod pod) {
        return !isFinished(pod) && !isTerminating(pod);
    }

    public static Optional<PodCondition> condition(Pod pod, String type) {
        if (pod.getStatus() == null) {
            return Optional.empty();
        }
        return pod.getStatus().getConditions().stream()
                .filter(condition -> type.equals(condition.getType()))
                .findFirst();
    }

    /** A label's value, or empty text. */
    public static String label(HasMetadata object, String name) {
        var labels = object.getMetadata().getLabels();
        return labels == null ? "" : labels.getOrDefault(name, "");
    }
}
