package dev.kvcachepool.e2e.kube.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Fills in a schema's defaults, in place: what is missing, or null where null isn't allowed. */
final class SchemaDefaults {
    private SchemaDefaults() {}

    static void fill(JsonNode node, JsonNode schema) {
        if (node instanceof ObjectNode object) {
            schema.path("properties").properties().forEach(property -> {
                fillProperty(object, property.getKey(), property.getValue());
            });
            var further = schema.path("additionalProperties");
            object.properties().forEach(field -> {
                var property = schema.path("properties").path(field.getKey());
                fill(field.getValue(), property.isMissingNode() ? further : property);
            });
        } else if (node.isArray()) {
            node.forEach(item -> fill(item, schema.path("items")));
        }
    }

    private static void fillProperty(ObjectNode object, String name, JsonNode schema) {
        var value = object.path(name);
        if (value.isNull() && !schema.path("nullable").asBoolean()) {
            object.remove(name);
        }
        if (!object.has(name) && schema.has("default")) {
            object.set(name, schema.path("default").deepCopy());
        }
    }
}
