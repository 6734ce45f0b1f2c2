package dev.kvcachepool.e2e.kube.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which places a tree has, which differ between two trees, and a tree without some of its places. */
final class Fields {
    private Fields() {}

    /** The tree's leaves, and the items of its keyed lists and sets. */
    static FieldSet of(JsonNode node, Shape shape) {
        var steps = steps(node, shape);
        if (steps.isEmpty()) {
            return FieldSet.LEAF;
        }
        var children = new TreeMap<String, FieldSet>();
        steps.forEach((step, child) -> {
            var below = of(child, beneath(shape, step));
            children.put(step, step.startsWith("f:") ? below : new FieldSet(true, below.children()));
        });
        return new FieldSet(false, children);
    }

    /** The places of the new tree that the old one has not, or has otherwise. */
    static FieldSet changed(JsonNode old, JsonNode now, Shape shape) {
        if (old.equals(now)) {
            return FieldSet.EMPTY;
        }
        var before = steps(old, shape);
        var after = steps(now, shape);
        if (before.isEmpty() || after.isEmpty()) {
            return of(now, shape);
        }
        var children = new TreeMap<String, FieldSet>();
        after.forEach((step, child) -> {
            var was = before.getOrDefault(step, MissingNode.getInstance());
            var below = changed(was, child, beneath(shape, step));
            var isNew = was.isMissingNode() && !step.startsWith("f:");
            if (isNew || !below.isEmpty()) {
                children.put(step, isNew ? new FieldSet(true, below.children()) : below);
            }
        });
        return new FieldSet(false, children);
    }

    /** The members of the set at which the trees differ. */
    static FieldSet differing(FieldSet set, JsonNode one, JsonNode other, Shape shape) {
        if (one.equals(other)) {
            return FieldSet.EMPTY;
        }
        var ones = steps(one, shape);
        var others = steps(other, shape);
        if (set.children().isEmpty()) {
            return set;
        }
        var children = new TreeMap<String, FieldSet>();
        set.children().forEach((step, child) -> {
            if (!step.startsWith("f:") && child.children().isEmpty()) {
                return; // that both have the item is no difference
            }
            var first = ones.getOrDefault(step, MissingNode.getInstance());
            var second = others.getOrDefault(step, MissingNode.getInstance());
            var below = differing(child, first, second, beneath(shape, step));
            if (!below.isEmpty()) {
                children.put(step, below);
            }
        });
        return new FieldSet(false, children);
    }

    /** The tree without those places; what they leave empty goes with them. Missing when nothing is left. */
    static JsonNode without(JsonNode node, FieldSet dropped, Shape shape) {
        if (dropped.children().isEmpty()) {
            return dropped.member() ? MissingNode.getInstance() : node;
        }
        var rest = new LinkedHashMap<>(steps(node, shape));
        for (var step : new TreeSet<>(dropped.children().keySet())) {
            var child = rest.get(step);
            if (child == null) {
                continue;
            }
            var below = dropped.child(step);
            var left = below.member() ? MissingNode.getInstance() : without(child, below, beneath(shape, step));
            if (left.isMissingNode()) {
                rest.remove(step);
            } else {
                rest.put(step, left);
            }
        }
        return rest.isEmpty() && !steps(node, shape).isEmpty() ? MissingNode.getInstance() : build(node, rest);
    }

    static Shape beneath(Shape shape, String step) {
        return step.startsWith("f:") ? shape.field(step.substring(2)) : shape.item();
    }

    /** A node's children by their steps; none of a leaf. */
    private static Map<String, JsonNode> steps(JsonNode node, Shape shape) {
        if (node instanceof ArrayNode list && shape.lists() != Shape.Lists.ATOMIC) {
            return ListItems.byStep(list, shape);
        }
        var steps = new LinkedHashMap<String, JsonNode>();
        if (node instanceof ObjectNode object && !shape.atomic()) {
            object.properties().forEach(field -> steps.put("f:" + field.getKey(), field.getValue()));
        }
        return steps;
    }

    private static JsonNode build(JsonNode like, Map<String, JsonNode> steps) {
        if (like instanceof ObjectNode object) {
            var built = object.objectNode();
            steps.forEach((step, child) -> built.set(step.substring(2), child));
            return built;
        }
        return ListItems.list(steps.values());
    }
}
