package dev.kvcachepool.e2e.kube.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.kvcachepool.e2e.kube.model.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/** A list's items by their steps: {@code k:{"name":"a"}} in keyed lists, {@code v:"a"} in sets. */
final class ListItems {
    private ListItems() {}

    /** In the list's order; of items with the same step the first is kept. */
    static Map<String, JsonNode> byStep(JsonNode list, Shape shape) {
        var items = new LinkedHashMap<String, JsonNode>();
        list.forEach(item -> items.putIfAbsent(step(item, shape), item));
        return items;
    }

    static ArrayNode list(Iterable<JsonNode> items) {
        var list = Json.array();
        items.forEach(list::add);
        return list;
    }

    static String step(JsonNode item, Shape shape) {
        if (shape.lists() == Shape.Lists.SET) {
            return "v:" + Json.compact(item);
        }
        var key = Json.object();
        // Sorted by name, as the real server writes them.
        shape.keys().stream().sorted().forEach(name -> {
            var value = item.path(name);
            if (!value.isMissingNode()) {
                key.set(name, value);
            } else {
                shape.keyDefault(name).ifPresent(standard -> key.set(name, standard));
            }
        });
        return "k:" + Json.compact(key);
    }
}
