package dev.kvcachepool.e2e.kube.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvcachepool.e2e.kube.model.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Strategic merge patch for the built-in kinds: a merge patch whose lists merge by key, with the directives
 * {@code $patch}, {@code $retainKeys}, {@code $deleteFromPrimitiveList} and {@code $setElementOrder}.
 */
public final class StrategicMerge {
    private static final String DELETE_FROM = "$deleteFromPrimitiveList/";
    private static final String ORDER = "$setElementOrder/";

    private StrategicMerge() {}

    public static ObjectNode apply(ObjectNode live, ObjectNode patch, Shape shape) {
        if (Json.text(patch, "$patch").equals("replace")) {
            var fresh = patch.deepCopy();
            fresh.remove("$patch");
            return fresh;
        }
        var merged = live.deepCopy();
        if (patch.has("$retainKeys")) {
            merged.retain(Json.texts(patch.path("$retainKeys")));
        }
        patch.properties().forEach(change -> change(merged, change.getKey(), change.getValue(), shape));
        patch.properties().forEach(change -> {
            if (change.getKey().startsWith(ORDER)) {
                order(merged, change.getKey().substring(ORDER.length()), change.getValue(), shape);
            }
        });
        return merged;
    }

    private static void change(ObjectNode merged, String name, JsonNode value, Shape shape) {
        if (name.startsWith(DELETE_FROM)) {
            removeValues(merged, name.substring(DELETE_FROM.length()), value);
        } else if (name.startsWith("$")) {
            return;
        } else if (value.isNull() || Json.text(value, "$patch").equals("delete")) {
            merged.remove(name);
        } else {
            merged.set(name, merge(merged.path(name), value, shape.field(name)));
        }
    }

    private static JsonNode merge(JsonNode live, JsonNode patch, Shape shape) {
        if (patch instanceof ObjectNode changes) {
            return apply(live instanceof ObjectNode object ? object : Json.object(), changes, shape);
        }
        if (patch instanceof ArrayNode items) {
            return list(live, items, shape);
        }
        return patch;
    }

    private static JsonNode list(JsonNode live, ArrayNode patch, Shape shape) {
        var replace = has(patch, "replace");
        return switch (shape.lists()) {
            case ATOMIC -> withoutDirectives(patch);
            case SET -> union(live, patch);
            case KEYED -> replace ? withoutDirectives(patch) : byKey(live, patch, shape);
        };
    }

    /** The patch's list types have one key each: the first of those that server-side apply goes by. */
    private static ArrayNode byKey(JsonNode live, ArrayNode patch, Shape shape) {
        var key = shape.keys().getFirst();
        var items = new ArrayList<JsonNode>();
        live.forEach(items::add);
        for (var change : patch) {
            var at = indexOf(items, key, change.path(key));
            if (Json.text(change, "$patch").equals("delete")) {
                if (at >= 0) {
                    items.remove(at);
                }
            } else if (at < 0) {
                items.add(merge(Json.object(), change, shape.item()));
            } else {
                items.set(at, merge(items.get(at), change, shape.item()));
            }
        }
        return ListItems.list(items);
    }

    private static ArrayNode union(JsonNode live, ArrayNode patch) {
        var items = new ArrayList<JsonNode>();
        live.forEach(items::add);
        patch.forEach(item -> {
            if (!items.contains(item)) {
                items.add(item);
            }
        });
        return ListItems.list(items);
    }

    private static ArrayNode withoutDirectives(ArrayNode patch) {
        var items = new ArrayList<JsonNode>();
        patch.forEach(item -> {
            if (!item.has("$patch")) {
                items.add(item);
            }
        });
        return ListItems.list(items);
    }

    private static void removeValues(ObjectNode merged, String name, JsonNode values) {
        var gone = Set.copyOf(Json.texts(values));
        var rest = new ArrayList<JsonNode>();
        merged.path(name).forEach(item -> {
            if (!gone.contains(item.asText())) {
                rest.add(item);
            }
        });
        merged.set(name, ListItems.list(rest));
    }

    /** Brings the named items into the given order; the others follow in theirs. */
    private static void order(ObjectNode merged, String name, JsonNode order, Shape shape) {
        if (!(merged.get(name) instanceof ArrayNode list)) {
            return;
        }
        var keys = shape.field(name).keys();
        var rest = new ArrayList<JsonNode>();
        list.forEach(rest::add);
        var sorted = new ArrayList<JsonNode>();
        for (var wanted : order) {
            var at = keys.isEmpty()
                    ? rest.indexOf(wanted)
                    : indexOf(rest, keys.getFirst(), wanted.path(keys.getFirst()));
            if (at >= 0) {
                sorted.add(rest.remove(at));
            }
        }
        sorted.addAll(rest);
        merged.set(name, ListItems.list(sorted));
    }

    private static boolean has(ArrayNode patch, String directive) {
        for (var item : patch) {
            if (Json.text(item, "$patch").equals(directive)) {
                return true;
            }
        }
        return false;
    }

    private static int indexOf(List<JsonNode> items, String key, JsonNode value) {
        for (int i = 0; i < items.size(); i++) {
            if (items.get(i).path(key).equals(value)) {
                return i;
            }
        }
        return -1;
    }
}
