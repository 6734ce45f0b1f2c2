package dev.kvcachepool.e2e.kube.store;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kvcachepool.e2e.kube.model.Json;
import java.util.Comparator;

/** An object's place within its kind; the namespace is empty for cluster-wide kinds. Ordered as lists are. */
public record ObjectKey(String namespace, String name) implements Comparable<ObjectKey> {
    private static final Comparator<ObjectKey> ORDER =
            Comparator.comparing(ObjectKey::namespace).thenComparing(ObjectKey::name);

    public static ObjectKey of(JsonNode object) {
        return new ObjectKey(Json.text(object, "metadata", "namespace"), Json.text(object, "metadata", "name"));
    }

    @Override
    public int compareTo(ObjectKey other) {
        return ORDER.compare(this, other);
    }
}
