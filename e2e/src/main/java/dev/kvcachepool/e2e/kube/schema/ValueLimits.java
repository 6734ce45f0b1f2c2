package dev.kvcachepool.e2e.kube.schema;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kvcachepool.e2e.kube.model.FieldProblem;
import dev.kvcachepool.e2e.kube.model.Json;
import java.math.BigDecimal;
import java.util.List;
import java.util.regex.Pattern;

/** A schema's limits on one value: lengths, sizes, bounds, patterns. */
record ValueLimits(String path, List<FieldProblem> problems) {

    void check(JsonNode node, JsonNode schema) {
        if (node.isTextual()) {
            text(node.asText(), schema);
        } else if (node.isNumber()) {
            number(node, schema);
        } else if (node.isArray()) {
            size(node.size(), schema, "Items", "items");
        } else if (node.isObject()) {
            size(node.size(), schema, "Properties", "properties");
        }
    }

    private void text(String text, JsonNode schema) {
        var length = text.codePointCount(0, text.length());
        if (schema.has("minLength") && length < schema.path("minLength").asInt()) {
            invalid('"' + text + '"', "should be at least %s chars long".formatted(schema.path("minLength")));
        }
        if (schema.has("maxLength") && length > schema.path("maxLength").asInt()) {
            problems.add(new FieldProblem(
                    path,
                    "FieldValueTooLong",
                    "Too long: may not be more than %s bytes".formatted(schema.path("maxLength"))));
        }
        var pattern = Json.text(schema, "pattern");
        if (!pattern.isEmpty() && !Pattern.compile(pattern).matcher(text).find()) {
            invalid('"' + text + '"', "should match '" + pattern + "'");
        }
    }

    private void number(JsonNode node, JsonNode schema) {
        var value = node.decimalValue();
        bound(node, value, schema, "minimum", "exclusiveMinimum", "greater");
        bound(node, value.negate(), schema, "maximum", "exclusiveMaximum", "less");
        var step = schema.path("multipleOf");
        if (step.isNumber() && value.remainder(step.decimalValue()).signum() != 0) {
            invalid(node.asText(), "should be a multiple of " + step);
        }
        if (Json.text(schema, "format").equals("int32") && !node.canConvertToInt()) {
            invalid(node.asText(), "must be of type int32: \"" + node + "\"");
        }
    }

    /** A maximum is a minimum with the signs turned. */
    private void bound(JsonNode node, BigDecimal value, JsonNode schema, String name, String exclusive, String side) {
        if (!schema.has(name)) {
            return;
        }
        var bound = schema.path(name).decimalValue();
        var order = value.compareTo(side.equals("less") ? bound.negate() : bound);
        var strict = schema.path(exclusive).asBoolean();
        if (order < 0 || (strict && order == 0)) {
            // Fabric8 writes bounds as 10.0.
            var shown = bound.stripTrailingZeros().toPlainString();
            invalid(node.asText(), "should be %s than %s%s".formatted(side, strict ? "" : "or equal to ", shown));
        }
    }

    private void size(int size, JsonNode schema, String what, String plural) {
        var least = schema.path("min" + what);
        if (least.isNumber() && size < least.asInt()) {
            invalid(Integer.toString(size), "should have at least " + least + " " + plural);
        }
        var most = schema.path("max" + what);
        if (most.isNumber() && size > most.asInt()) {
            problems.add(new FieldProblem(
                    path, "FieldValueTooMany", "Too many: %d: must have at most %s items".formatted(size, most)));
        }
    }

    private void invalid(String value, String rule) {
        problems.add(FieldProblem.invalid(path, value, path + " in body " + rule));
    }
}
