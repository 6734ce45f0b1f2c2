package dev.kvcachepool.e2e.kube.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The paths of printer columns and scale subresources: fields, {@code ['quoted.field']}, {@code [0]}, {@code [*]} and
 * {@code [?(@.type=="Ready")]}.
 */
public record JsonPath(List<String> steps) {
    private static final Pattern STEP = Pattern.compile("\\.([A-Za-z0-9_-]+)|\\[([^\\]]*)\\]");
    private static final Pattern FILTER =
            Pattern.compile("\\?\\(\\s*@\\.([A-Za-z0-9_.-]+)\\s*==\\s*['\"]([^'\"]*)['\"]\\s*\\)");

    public JsonPath {
        steps = List.copyOf(steps);
    }

    public static JsonPath parse(String text) {
        var steps = new ArrayList<String>();
        var step = STEP.matcher(text.startsWith(".") || text.startsWith("[") ? text : "." + text);
        while (step.find()) {
            steps.add(step.group(1) != null ? step.group(1) : "[" + step.group(2));
        }
        return new JsonPath(steps);
    }

    /** The first value at the path, or a missing node. */
    public JsonNode first(JsonNode root) {
        var found = List.of(root);
        for (var step : steps) {
            var next = new ArrayList<JsonNode>();
            found.forEach(node -> next.addAll(take(node, step)));
            found = next;
        }
        return found.isEmpty() || found.getFirst().isNull() ? MissingNode.getInstance() : found.getFirst();
    }

    /** Sets a value at a path of plain fields. */
    public void set(ObjectNode root, JsonNode value) {
        var here = root;
        for (var step : steps.subList(0, steps.size() - 1)) {
            here = Json.child(here, step);
        }
        here.set(steps.getLast(), value);
    }

    private static List<JsonNode> take(JsonNode node, String step) {
        if (!step.startsWith("[")) {
            return present(node.path(step));
        }
        var inner = step.substring(1);
        var filter = FILTER.matcher(inner);
        var items = new ArrayList<JsonNode>();
        if (filter.matches()) {
            node.forEach(item -> {
                if (Json.text(item, filter.group(1).split("\\.", -1)).equals(filter.group(2))) {
                    items.add(item);
                }
            });
        } else if (inner.equals("*")) {
            node.forEach(items::add);
        } else if (inner.matches("\\d{1,9}")) {
            return present(node.path(Integer.parseInt(inner)));
        } else {
            return present(node.path(inner.replaceAll("^['\"]|['\"]$", "")));
        }
        return items;
    }

    private static List<JsonNode> present(JsonNode node) {
        return node.isMissingNode() ? List.of() : List.of(node);
    }
}
