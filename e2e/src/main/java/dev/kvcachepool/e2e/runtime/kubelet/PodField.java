package dev.kvcachepool.e2e.runtime.kubelet;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The downward API: a pod's fields as environment values. */
final class PodField {
    private static final Pattern ENTRY = Pattern.compile("metadata\\.(labels|annotations)\\['(.+)']");

    private PodField() {}

    static String value(Pod pod, String podIp, String path) throws ConfigError {
        var metadata = pod.getMetadata();
        var entry = ENTRY.matcher(path);
        if (entry.matches()) {
            return entry(
                    "labels".equals(entry.group(1)) ? metadata.getLabels() : metadata.getAnnotations(), entry.group(2));
        }
        return switch (path) {
            case "metadata.name" -> metadata.getName();
            case "metadata.namespace" -> metadata.getNamespace();
            case "metadata.uid" -> metadata.getUid();
            case "spec.nodeName" -> pod.getSpec().getNodeName();
            case "spec.serviceAccountName" ->
                pod.getSpec().getServiceAccountName() == null
                        ? "default"
                        : pod.getSpec().getServiceAccountName();
            case "status.podIP", "status.podIPs" -> podIp;
            case "status.hostIP", "status.hostIPs" -> PodStatuses.HOST_IP;
            default -> throw new ConfigError("unsupported fieldPath: " + path);
        };
    }

    private static String entry(@Nullable Map<String, String> values, String key) {
        return values == null ? "" : values.getOrDefault(key, "");
    }
}
