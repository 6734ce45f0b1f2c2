package dev.kvcachepool.e2e.kube.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvcachepool.e2e.kube.model.Json;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;

/**
 * A set of places in an object, as {@code fieldsV1} writes it: a step is {@code f:name}, {@code k:{"key":"value"}} of a
 * keyed list's item, or {@code v:"value"} of a set's. Never changed once made.
 *
 * @param member whether the place at the root of this tree belongs to the set itself
 */
public record FieldSet(boolean member, Map<String, FieldSet> children) {
    public static final FieldSet EMPTY = new FieldSet(false, Map.of());
    static final FieldSet LEAF = new FieldSet(true, Map.of());

    public FieldSet {
        children = Map.copyOf(children);
    }

    public static FieldSet parse(JsonNode fieldsV1) {
        return fieldsV1.isObject() && !fieldsV1.isEmpty() ? parseTree(fieldsV1) : EMPTY;
    }

    private static FieldSet parseTree(JsonNode node) {
        if (node.isEmpty()) {
            return LEAF;
        }
        var children = new TreeMap<String, FieldSet>();
        node.properties().forEach(step -> {
            if (!step.getKey().equals(".")) {
                children.put(step.getKey(), parseTree(step.getValue()));
            }
        });
        return new FieldSet(node.has("."), children);
    }

    public ObjectNode json() {
        var json = Json.object();
        if (member && !children.isEmpty()) {
            json.putObject(".");
        }
        new TreeMap<>(children).forEach((step, child) -> json.set(step, child.json()));
        return json;
    }

    public boolean isEmpty() {
        return !member && children.isEmpty();
    }

    public FieldSet child(String step) {
        return children.getOrDefault(step, EMPTY);
    }

    public FieldSet union(FieldSet other) {
        return combine(other, (mine, theirs) -> mine || theirs);
    }

    public FieldSet minus(FieldSet other) {
        return combine(other, (mine, theirs) -> mine && !theirs);
    }

    public FieldSet intersection(FieldSet other) {
        return combine(other, (mine, theirs) -> mine && theirs);
    }

    /** The members of this set beneath which, and at which, the other has nothing. */
    public FieldSet outside(FieldSet other) {
        var rest = new TreeMap<String, FieldSet>();
        children.forEach((step, child) -> {
            var left = child.outside(other.child(step));
            if (!left.isEmpty()) {
                rest.put(step, left);
            }
        });
        return new FieldSet(member && other.isEmpty(), rest);
    }

    public FieldSet without(String step) {
        var rest = new TreeMap<>(children);
        rest.remove(step);
        return new FieldSet(member, rest);
    }

    private FieldSet combine(FieldSet other, BiFunction<Boolean, Boolean, Boolean> rule) {
        var all = new TreeMap<String, FieldSet>();
        var steps = new TreeSet<>(children.keySet());
        steps.addAll(other.children.keySet());
        for (var step : steps) {
            var combined = child(step).combine(other.child(step), rule);
            if (!combined.isEmpty()) {
                all.put(step, combined);
            }
        }
        return new FieldSet(rule.apply(member, other.member), all);
    }
}
