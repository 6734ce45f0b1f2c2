package dev.kvcachepool.manifests;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.BiConsumer;

/** What {@code values.schema.json} says, as the chart's default values and as a table of them. */
final class Values {
    private Values() {}

    /** Each value with its description above it; one without a default is left out. */
    static String yaml(JsonNode schema) {
        var text = new StringBuilder("# Made from values.schema.json.\n");
        write(schema, "", text);
        return text.toString();
    }

    private static void write(JsonNode schema, String indent, StringBuilder text) {
        for (var property : schema.path("properties").properties()) {
            var value = property.getValue();
            if (!value.has("properties") && !value.has("default")) {
                continue;
            }
            text.append(indent.isEmpty() ? "\n" : "")
                    .append(indent)
                    .append("# ")
                    .append(description(property.getKey(), value))
                    .append('\n');
            if (value.has("properties")) {
                text.append(indent).append(property.getKey()).append(":\n");
                write(value, indent + "  ", text);
            } else {
                var entry = Yaml.object().set(property.getKey(), value.get("default"));
                text.append(Yaml.write(entry).indent(indent.length()));
            }
        }
    }

    /** A row for each value that has no further ones under it. */
    static String table(JsonNode schema) {
        var text = new StringBuilder("| value | default | what |\n|---|---|---|\n");
        leaves(
                schema,
                "",
                (name, value) -> text.append("| `")
                        .append(name)
                        .append("` | `")
                        .append(value.get("default"))
                        .append("` | ")
                        .append(description(name, value).replace("|", "\\|"))
                        .append(" |\n"));
        return text.toString();
    }

    private static void leaves(JsonNode schema, String prefix, BiConsumer<String, JsonNode> each) {
        for (var property : schema.path("properties").properties()) {
            var name = prefix + property.getKey();
            if (property.getValue().has("properties")) {
                leaves(property.getValue(), name + ".", each);
            } else if (property.getValue().has("default")) {
                each.accept(name, property.getValue());
            }
        }
    }

    private static String description(String name, JsonNode value) {
        if (!value.hasNonNull("description")) {
            throw new IllegalStateException("values.schema.json: " + name + " has no description");
        }
        return value.get("description").asText();
    }
}
