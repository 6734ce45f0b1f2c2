package dev.kvcachepool.operator.inject;

import java.util.Map;

/** What a namespace lets its pods have (Pod Security Admission), as far as its own labels say it. */
public enum PodSecurity {
    privileged,
    baseline,
    restricted;

    private static final String ENFORCED = "pod-security.kubernetes.io/enforce";

    /** Of a namespace with these labels; one without a level has the cluster's default, which is privileged unless it was changed. */
    public static PodSecurity of(Map<String, String> labels) {
        return switch (labels.getOrDefault(ENFORCED, "")) {
            case "restricted" -> restricted;
            case "baseline" -> baseline;
            default -> privileged;
        };
    }

    /** Whether it takes pods that mount folders of the Kubernetes node. */
    boolean takesHostPaths() {
        return this == privileged;
    }
}
