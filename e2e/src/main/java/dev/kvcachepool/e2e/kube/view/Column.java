package dev.kvcachepool.e2e.kube.view;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.kvcachepool.e2e.kube.model.Json;
import java.util.function.Function;

/**
 * One column of a table.
 *
 * @param wide whether it shows with {@code -o wide} only
 */
record Column(String name, String type, String format, boolean wide, Function<ObjectNode, JsonNode> cell) {
    static Column text(String name, Function<ObjectNode, String> cell) {
        return new Column(name, "string", "", false, cell.andThen(TextNode::valueOf));
    }

    /** The text at the path; {@code <none>} where there is none. */
    static Column at(String name, String... path) {
        return text(name, object -> orNone(Json.text(object, path)));
    }

    static Column wide(String name, Function<ObjectNode, String> cell) {
        return new Column(name, "string", "", true, cell.andThen(TextNode::valueOf));
    }

    static Column number(String name, String... path) {
        return new Column(
                name,
                "integer",
                "",
                false,
                object -> IntNode.valueOf(Json.at(object, path).asInt()));
    }

    static Column named() {
        return new Column("Name", "string", "name", false, object -> Json.at(object, "metadata", "name"));
    }

    static Column age() {
        return text("Age", object -> Ages.since(Json.text(object, "metadata", "creationTimestamp")));
    }

    static String orNone(String text) {
        return text.isEmpty() ? "<none>" : text;
    }

    ObjectNode definition() {
        return Json.object()
                .put("name", name)
                .put("type", type)
                .put("format", format)
                .put("description", "")
                .put("priority", wide ? 1 : 0);
    }
}
