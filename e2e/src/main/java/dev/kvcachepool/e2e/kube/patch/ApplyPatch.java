package dev.kvcachepool.e2e.kube.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvcachepool.e2e.kube.model.ApiFailure;
import dev.kvcachepool.e2e.kube.model.FieldProblem;
import dev.kvcachepool.e2e.kube.model.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * Server-side apply. (1) What the manager sends is its whole intent: its fields are those of the sent tree. (2) Where
 * another owner has one of them with another value there is a conflict, or, when forced, the other one loses it.
 * (3) The sent tree is merged into the live one. (4) What this manager owned and no longer sends, and nobody else
 * owns, is taken out.
 */
public final class ApplyPatch {
    private final Shape shape;
    private final FieldOwners.Owner owner;
    private final boolean force;
    private final Instant now;

    public ApplyPatch(Shape shape, FieldOwners.Owner owner, boolean force, Instant now) {
        this.shape = shape;
        this.owner = owner;
        this.force = force;
        this.now = now;
    }

    /** The object that comes of it, with its new managedFields; the live one stays as it is. */
    public ObjectNode apply(ObjectNode live, ObjectNode sent) {
        var bare = FieldOwners.bare(live);
        var intent = FieldOwners.writable(Fields.of(sent, shape));
        var owners = FieldOwners.of(live);
        var previous = owners.fields(owner);
        settleConflicts(owners, intent, bare, sent);
        var merged = merge(bare, sent, shape);
        // Of a list that was empty and is not the place was owned and is not, and stays for what is in it.
        var dropped = previous.outside(intent).outside(owners.others(owner));
        var result = Fields.without(merged, dropped, shape);
        var object = result instanceof ObjectNode node ? node.deepCopy() : Json.object();
        owners.set(owner, Json.text(sent, "apiVersion"), intent, now);
        owners.writeTo(object);
        return object;
    }

    private void settleConflicts(FieldOwners owners, FieldSet intent, ObjectNode live, ObjectNode sent) {
        var conflicts = new ArrayList<FieldProblem>();
        var lost = FieldSet.EMPTY;
        for (var other : owners.all().entrySet()) {
            if (other.getKey().equals(owner)) {
                continue;
            }
            var shared = other.getValue().fields().intersection(intent);
            var differing = Fields.differing(shared, live, sent, shape);
            lost = lost.union(differing);
            for (var path : paths("", differing)) {
                conflicts.add(conflict(other.getKey(), other.getValue().apiVersion(), path));
            }
        }
        if (!conflicts.isEmpty() && !force) {
            throw ApiFailure.ownedByOthers(message(conflicts), conflicts);
        }
        owners.takeFromOthers(owner, lost);
    }

    private static FieldProblem conflict(FieldOwners.Owner other, String apiVersion, String path) {
        var sub = other.subresource().isEmpty() ? "" : " with subresource \"" + other.subresource() + "\"";
        var using = other.applies() ? "" : " using " + apiVersion;
        return new FieldProblem(
                path, "FieldManagerConflict", "conflict with \"" + other.manager() + "\"" + sub + using);
    }

    private static String message(List<FieldProblem> conflicts) {
        var head = conflicts.size() == 1
                ? "Apply failed with 1 conflict: "
                : "Apply failed with " + conflicts.size() + " conflicts: ";
        return head
                + String.join(
                        ", ",
                        conflicts.stream()
                                .map(one -> one.message() + ": " + one.field())
                                .toList());
    }

    private static List<String> paths(String prefix, FieldSet fields) {
        var paths = new ArrayList<String>();
        if (fields.member()) {
            paths.add(prefix);
        }
        fields.children().forEach((step, child) -> {
            var name = step.startsWith("f:") ? "." + step.substring(2) : "[" + step.substring(2) + "]";
            paths.addAll(paths(prefix + name, child));
        });
        return paths;
    }

    private static JsonNode merge(JsonNode live, JsonNode sent, Shape shape) {
        if (live instanceof ObjectNode old && sent instanceof ObjectNode fresh && !shape.atomic()) {
            var merged = old.deepCopy();
            fresh.properties().forEach(field -> {
                var was = merged.path(field.getKey());
                merged.set(field.getKey(), merge(was, field.getValue(), shape.field(field.getKey())));
            });
            return merged;
        }
        if (live instanceof ArrayNode old && sent instanceof ArrayNode fresh && shape.lists() != Shape.Lists.ATOMIC) {
            var items = new LinkedHashMap<>(ListItems.byStep(old, shape));
            ListItems.byStep(fresh, shape).forEach((step, item) -> {
                var was = items.get(step);
                items.put(step, was == null ? item : merge(was, item, shape.item()));
            });
            return ListItems.list(items.values());
        }
        return sent;
    }
}
