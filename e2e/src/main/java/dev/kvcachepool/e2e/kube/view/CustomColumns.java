package dev.kvcachepool.e2e.kube.view;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.kvcachepool.e2e.kube.model.Json;
import dev.kvcachepool.e2e.kube.model.JsonPath;
import java.util.ArrayList;
import java.util.List;

/** The columns that a CustomResourceDefinition asks for. */
final class CustomColumns {
    private CustomColumns() {}

    static List<Column> of(JsonNode printerColumns) {
        if (printerColumns.isEmpty()) {
            return List.of(Column.named(), Column.age());
        }
        var columns = new ArrayList<Column>();
        columns.add(Column.named());
        for (var column : printerColumns) {
            var type = Json.text(column, "type");
            var path = JsonPath.parse(Json.text(column, "jsonPath"));
            columns.add(new Column(
                    Json.text(column, "name"),
                    type,
                    Json.text(column, "format"),
                    column.path("priority").asInt() > 0,
                    object -> cell(type, path, object)));
        }
        return List.copyOf(columns);
    }

    /** Empty where the object has nothing there, or something of another type. */
    private static JsonNode cell(String type, JsonPath path, ObjectNode object) {
        var value = path.first(object);
        if (value.isMissingNode()) {
            return NullNode.getInstance();
        }
        return switch (type) {
            case "integer" -> integer(value);
            case "number", "boolean" -> value;
            case "date" -> TextNode.valueOf(Ages.since(value.asText()));
            default -> TextNode.valueOf(value.isValueNode() ? value.asText() : Json.compact(value));
        };
    }

    private static JsonNode integer(JsonNode value) {
        if (!value.isNumber()) {
            return NullNode.getInstance();
        }
        return value.canConvertToInt() ? IntNode.valueOf(value.asInt()) : LongNode.valueOf(value.asLong());
    }
}
