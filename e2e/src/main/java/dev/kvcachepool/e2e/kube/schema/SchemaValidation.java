package dev.kvcachepool.e2e.kube.schema;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kvcachepool.e2e.kube.model.FieldProblem;
import dev.kvcachepool.e2e.kube.model.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * Checks a tree against a structural schema and says what the real API server would say. Rules in CEL
 * ({@code x-kubernetes-validations}) aren't evaluated.
 */
final class SchemaValidation {
    private final List<FieldProblem> problems = new ArrayList<>();

    private SchemaValidation() {}

    static List<FieldProblem> check(JsonNode root, JsonNode schema) {
        var validation = new SchemaValidation();
        validation.visit(root, schema, "");
        return List.copyOf(validation.problems);
    }

    private void visit(JsonNode node, JsonNode schema, String path) {
        if (node.isNull() && schema.path("nullable").asBoolean()) {
            return;
        }
        if (!hasType(node, schema)) {
            var type = Json.text(schema, "type");
            problems.add(FieldProblem.invalid(
                    path,
                    typeName(node),
                    "%s in body must be of type %s: \"%s\"".formatted(path, type, typeName(node))));
            return;
        }
        enumeration(node, schema, path);
        new ValueLimits(path, problems).check(node, schema);
        combinations(node, schema, path);
        if (node.isObject()) {
            object(node, schema, path);
        } else if (node.isArray()) {
            array(node, schema, path);
        }
    }

    private void object(JsonNode node, JsonNode schema, String path) {
        for (var name : Json.texts(schema.path("required"))) {
            if (!node.has(name)) {
                problems.add(FieldProblem.required(under(path, name)));
            }
        }
        var further = schema.path("additionalProperties");
        node.properties().forEach(field -> {
            var property = schema.path("properties").path(field.getKey());
            visit(field.getValue(), property.isMissingNode() ? further : property, under(path, field.getKey()));
        });
    }

    private void array(JsonNode node, JsonNode schema, String path) {
        var keys = Json.texts(schema.path("x-kubernetes-list-map-keys"));
        var listType = Json.text(schema, "x-kubernetes-list-type");
        var seen = new HashSet<JsonNode>();
        for (int i = 0; i < node.size(); i++) {
            var at = path + "[" + i + "]";
            var item = node.path(i);
            var identity = item;
            if (listType.equals("map")) {
                var key = Json.object();
                keys.forEach(name -> key.set(name, item.path(name)));
                identity = key;
            }
            if (!listType.isEmpty() && !listType.equals("atomic") && !seen.add(identity)) {
                problems.add(new FieldProblem(at, "FieldValueDuplicate", "Duplicate value: " + identity));
            }
            visit(item, schema.path("items"), at);
        }
    }

    private void enumeration(JsonNode node, JsonNode schema, String path) {
        var allowed = schema.path("enum");
        if (allowed.isMissingNode()) {
            return;
        }
        var names = new ArrayList<String>();
        for (var value : allowed) {
            if (value.equals(node)) {
                return;
            }
            names.add('"' + value.asText() + '"');
        }
        problems.add(new FieldProblem(
                path,
                "FieldValueNotSupported",
                "Unsupported value: " + node + ": supported values: " + String.join(", ", names)));
    }

    private void combinations(JsonNode node, JsonNode schema, String path) {
        schema.path("allOf").forEach(part -> visit(node, part, path));
        var one = matching(node, schema.path("oneOf"));
        if (schema.has("oneOf") && one != 1) {
            problems.add(invalid(path, node, "must validate one and only one schema (oneOf)"));
        }
        if (schema.has("anyOf") && matching(node, schema.path("anyOf")) == 0) {
            problems.add(invalid(path, node, "must validate at least one schema (anyOf)"));
        }
        if (schema.has("not") && check(node, schema.path("not")).isEmpty()) {
            problems.add(invalid(path, node, "must not validate the schema (not)"));
        }
    }

    private static FieldProblem invalid(String path, JsonNode node, String rule) {
        return FieldProblem.invalid(path, Json.compact(node), "\"%s\" %s".formatted(path, rule));
    }

    private static long matching(JsonNode node, JsonNode schemas) {
        long matching = 0;
        for (var schema : schemas) {
            matching += check(node, schema).isEmpty() ? 1 : 0;
        }
        return matching;
    }

    private static boolean hasType(JsonNode node, JsonNode schema) {
        if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
            return node.isIntegralNumber() || node.isTextual();
        }
        return switch (Json.text(schema, "type")) {
            case "object" -> node.isObject();
            case "array" -> node.isArray();
            case "string" -> node.isTextual();
            case "boolean" -> node.isBoolean();
            case "integer" -> node.isIntegralNumber();
            case "number" -> node.isNumber();
            default -> true;
        };
    }

    private static String typeName(JsonNode node) {
        return switch (node.getNodeType()) {
            case STRING -> "string";
            case NUMBER -> node.isIntegralNumber() ? "integer" : "number";
            case BOOLEAN -> "boolean";
            case ARRAY -> "array";
            case NULL -> "null";
            default -> "object";
        };
    }

    private static String under(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
