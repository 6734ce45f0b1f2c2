package dev.kvcachepool.e2e.kube.http;

import java.util.List;
import java.util.Optional;

/**
 * A path to objects: {@code /apis/apps/v1/namespaces/n/statefulsets/x/status}. Parts that it hasn't are empty.
 */
record RequestPath(String group, String version, String namespace, String plural, String name, String subresource) {

    /** Empty when it is no path to objects. */
    static Optional<RequestPath> parse(String path) {
        var parts = List.of(path.replaceAll("^/+|/+$", "").split("/", -1));
        if (parts.size() >= 3 && parts.getFirst().equals("api")) {
            return rest("", parts.get(1), parts.subList(2, parts.size()));
        }
        if (parts.size() >= 4 && parts.getFirst().equals("apis")) {
            return rest(parts.get(1), parts.get(2), parts.subList(3, parts.size()));
        }
        return Optional.empty();
    }

    private static Optional<RequestPath> rest(String group, String version, List<String> parts) {
        var inNamespace = parts.size() >= 3
                && parts.getFirst().equals("namespaces")
                && !List.of("status", "finalize").contains(parts.get(2));
        var object = inNamespace ? parts.subList(2, parts.size()) : parts;
        return object.size() > 3
                ? Optional.empty()
                : Optional.of(new RequestPath(
                        group,
                        version,
                        inNamespace ? parts.get(1) : "",
                        object.getFirst(),
                        object.size() > 1 ? object.get(1) : "",
                        object.size() > 2 ? object.get(2) : ""));
    }
}
