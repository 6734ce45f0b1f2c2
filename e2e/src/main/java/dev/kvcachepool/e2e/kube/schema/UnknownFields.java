package dev.kvcachepool.e2e.kube.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Takes out, in place, what a schema doesn't know, and says what that was: {@code spec.models[0].nme}. */
final class UnknownFields {
    private static final Set<String> OBJECT_HEAD = Set.of("apiVersion", "kind", "metadata");
    private final List<String> removed = new ArrayList<>();

    private UnknownFields() {}

    static List<String> prune(ObjectNode root, JsonNode schema) {
        var walk = new UnknownFields();
        walk.object(root, schema, "", true);
        return List.copyOf(walk.removed);
    }

    private void visit(JsonNode node, JsonNode schema, String path) {
        if (node instanceof ObjectNode object) {
            var embedded = schema.path("x-kubernetes-embedded-resource").asBoolean();
            object(object, schema, path, embedded);
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                visit(node.path(i), schema.path("items"), path + "[" + i + "]");
            }
        }
    }

    private void object(ObjectNode object, JsonNode schema, String path, boolean hasHead) {
        var keep = schema.path("x-kubernetes-preserve-unknown-fields").asBoolean();
        var further = schema.path("additionalProperties");
        for (var name : List.copyOf(
                object.propertyStream().map(java.util.Map.Entry::getKey).toList())) {
            var here = path.isEmpty() ? name : path + "." + name;
            var property = schema.path("properties").path(name);
            if (hasHead && OBJECT_HEAD.contains(name)) {
                continue;
            }
            if (!property.isMissingNode()) {
                visit(object.path(name), property, here);
            } else if (further.isObject()) {
                visit(object.path(name), further, here);
            } else if (!keep && !further.asBoolean()) {
                object.remove(name);
                removed.add(here);
            }
        }
    }
}
