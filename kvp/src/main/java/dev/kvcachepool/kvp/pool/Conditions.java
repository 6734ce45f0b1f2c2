package dev.kvcachepool.kvp.pool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The conditions of a resource, as they lie in it. */
final class Conditions {
    private Conditions() {}

    static Stream<JsonNode> of(JsonNode resource) {
        return StreamSupport.stream(resource.at("/status/conditions").spliterator(), false);
    }

    /** A missing node where it has none of this type. */
    static JsonNode of(JsonNode resource, String type) {
        return of(resource)
                .filter(one -> one.path("type").asText().equals(type))
                .findFirst()
                .orElse(MissingNode.getInstance());
    }
}
