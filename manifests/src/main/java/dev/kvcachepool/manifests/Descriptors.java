package dev.kvcachepool.manifests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** OLM's descriptors, which tell a console how to show a field, made from the descriptions of a definition's schema. */
final class Descriptors {
    private static final String UI = "urn:alm:descriptor:com.tectonic.ui:";
    private static final String KUBERNETES = "urn:alm:descriptor:io.kubernetes";

    /** By path, for example {@code models[0].name}, without {@code spec} or {@code status}. */
    private final Map<String, JsonNode> schemas = new TreeMap<>();

    /** Adds all fields of a schema down to a depth, 1 for those directly in it. */
    Descriptors fields(JsonNode schema, int depth) {
        fields(schema, "", depth);
        return this;
    }

    private void fields(JsonNode schema, String prefix, int depth) {
        if (depth == 0) {
            return;
        }
        for (var property : schema.path("properties").properties()) {
            var path = prefix + property.getKey();
            schemas.put(path, property.getValue());
            fields(property.getValue(), path + ".", depth - 1);
            fields(property.getValue().path("items"), path + "[0].", depth - 1);
        }
    }

    /** Adds the fields that an example has. */
    Descriptors example(JsonNode example, JsonNode schema) {
        example(example, schema, "");
        return this;
    }

    private void example(JsonNode example, JsonNode schema, String prefix) {
        for (var field : example.properties()) {
            var known = schema.path("properties").path(field.getKey());
            if (known.isMissingNode()) {
                continue; // a key of a map, as labels are
            }
            var path = prefix + field.getKey();
            schemas.put(path, known);
            example(field.getValue(), known, path + ".");
            if (field.getValue().isArray()) {
                field.getValue().forEach(item -> example(item, known.path("items"), path + "[0]."));
            }
        }
    }

    void writeTo(ArrayNode list) {
        schemas.forEach((path, schema) -> {
            if (!schema.hasNonNull("description")) {
                throw new IllegalStateException(path + " has no description");
            }
            var descriptor = list.addObject();
            descriptor.put("path", path);
            descriptor.put("displayName", displayName(path));
            descriptor.put("description", schema.get("description").asText());
            kinds(path, schema, descriptor.putArray("x-descriptors"));
            if (descriptor.get("x-descriptors").isEmpty()) {
                descriptor.remove("x-descriptors");
            }
        });
    }

    private static void kinds(String path, JsonNode schema, ArrayNode kinds) {
        if (schema.has("enum")) {
            schema.get("enum").forEach(value -> kinds.add(UI + "select:" + value.asText()));
            return;
        }
        switch (path) {
            case "replicas", "readyReplicas" -> kinds.add(UI + "podCount");
            case "conditions" -> kinds.add(KUBERNETES + ".conditions");
            case "resources" -> kinds.add(UI + "resourceRequirements");
            default -> byType(path, schema, kinds);
        }
    }

    private static void byType(String path, JsonNode schema, ArrayNode kinds) {
        if (path.endsWith("SecretRef.name")) {
            kinds.add(KUBERNETES + ":Secret");
            return;
        }
        switch (schema.path("type").asText()) {
            case "boolean" -> kinds.add(UI + "booleanSwitch");
            case "integer" -> kinds.add(UI + "number");
            case "string" -> kinds.add(UI + "text");
            default -> {
                // objects and lists have no control of their own
            }
        }
    }

    /** {@code lowWatermark} of {@code eviction.lowWatermark} becomes {@code Low watermark}. */
    static String displayName(String path) {
        var name = path.substring(path.lastIndexOf('.') + 1);
        var words = name.replaceAll("([a-z0-9])([A-Z])", "$1 $2").toLowerCase(Locale.ROOT);
        return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }
}
