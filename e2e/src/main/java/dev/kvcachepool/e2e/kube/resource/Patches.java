package dev.kvcachepool.e2e.kube.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvcachepool.e2e.kube.model.ApiFailure;
import dev.kvcachepool.e2e.kube.model.Json;
import dev.kvcachepool.e2e.kube.model.ResourceType;
import dev.kvcachepool.e2e.kube.model.Trait;
import dev.kvcachepool.e2e.kube.patch.ApplyPatch;
import dev.kvcachepool.e2e.kube.patch.FieldOwners;
import dev.kvcachepool.e2e.kube.patch.JsonPatches;
import dev.kvcachepool.e2e.kube.patch.MergePatch;
import dev.kvcachepool.e2e.kube.patch.Shape;
import dev.kvcachepool.e2e.kube.patch.StrategicMerge;
import dev.kvcachepool.e2e.kube.schema.ObjectRules;
import dev.kvcachepool.e2e.kube.store.ObjectKey;
import dev.kvcachepool.e2e.kube.store.ObjectStore;
import java.time.Instant;

/** Patches objects, in the four ways that there are. */
final class Patches {
    private final ObjectStore store;
    private final Creation creation;
    private final Updates updates;

    Patches(ObjectStore store, Creation creation, Updates updates) {
        this.store = store;
        this.creation = creation;
        this.updates = updates;
    }

    ObjectNode patch(Target target, PatchKind kind, byte[] body, WriteOptions options) {
        var patch = kind == PatchKind.APPLY ? Json.parseYaml(body) : Json.parse(body);
        return store.locked(() -> {
            if (kind == PatchKind.APPLY) {
                return apply(target, patch, options);
            }
            var old = updates.existing(target.type(), target.key());
            return updates.change(target, old, patched(target.type(), kind, old, patch), options);
        });
    }

    /** The tree that the patch makes of the old one. */
    static ObjectNode patched(ResourceType type, PatchKind kind, ObjectNode old, JsonNode patch) {
        if (kind == PatchKind.STRATEGIC && type.custom().isPresent()) {
            throw ApiFailure.unsupportedMediaType(PatchKind.acceptedByCustomKinds());
        }
        var patched = switch (kind) {
            case JSON -> JsonPatches.apply(old, patch);
            case MERGE -> MergePatch.apply(old, patch);
            case STRATEGIC -> StrategicMerge.apply(old, asObject(patch), ObjectRules.shape(type));
            case APPLY -> throw new IllegalArgumentException("an apply needs its manager");
        };
        return asObject(patched);
    }

    private ObjectNode apply(Target target, JsonNode patch, WriteOptions options) {
        var type = target.type();
        var sent = asObject(patch).deepCopy();
        checkApplied(target, sent);
        var shape = ObjectRules.shape(type);
        ObjectRules.refuseUndeclared(
                type, target.key().namespace() + "/" + target.key().name(), sent);
        var live = store.get(type.resource(), target.key());
        live.ifPresent(old -> Metadata.checkVersion(type, old, sent.path("metadata")));
        // As on the real server, a version only matters where there is an object: "1" means "only if it is new".
        Json.child(sent, "metadata").remove("resourceVersion");
        Json.child(sent, "metadata").remove("uid");
        onlyWhatCounts(target, sent);
        dropNulls(sent);
        if (live.isPresent()) {
            return updates.applied(target, live.get(), merge(target, shape, live.get(), sent, options), options);
        }
        if (!target.subresource().isEmpty()) {
            throw ApiFailure.notFound(type, target.key().name());
        }
        var fresh = merge(target, shape, skeleton(target), sent, options);
        return creation.createApplied(type, target.key().namespace(), fresh, options);
    }

    private static ObjectNode merge(
            Target target, Shape shape, ObjectNode live, ObjectNode sent, WriteOptions options) {
        var owner = new FieldOwners.Owner(options.manager(), true, target.subresource());
        return new ApplyPatch(shape, owner, options.force(), Instant.now()).apply(live, sent);
    }

    private static void checkApplied(Target target, ObjectNode sent) {
        var type = target.type();
        var name = Json.text(sent, "metadata", "name");
        if (Json.text(sent, "kind").isEmpty() || Json.text(sent, "apiVersion").isEmpty()) {
            throw ApiFailure.badRequest("an apply patch must name its apiVersion and kind");
        }
        Creation.checkKind(type, sent);
        if (!name.isEmpty() && !name.equals(target.key().name())) {
            throw ApiFailure.badRequest("the name of the object (%s) does not match the name on the URL (%s)"
                    .formatted(name, target.key().name()));
        }
        if (!Json.at(sent, "metadata", "managedFields").isEmpty()) {
            throw ApiFailure.badRequest("metadata.managedFields must be nil");
        }
        Json.child(sent, "metadata").put("name", target.key().name()).remove("managedFields");
    }

    private static void onlyWhatCounts(Target target, ObjectNode sent) {
        if (target.subresource().equals("status")) {
            var status = sent.path("status");
            sent.removeAll();
            sent.put("apiVersion", target.type().apiVersion())
                    .put("kind", target.type().kind());
            sent.set("status", status);
        } else if (target.type().has(Trait.STATUS) && !target.type().is("nodes")) {
            sent.remove("status");
        }
    }

    private static void dropNulls(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.properties().removeIf(field -> field.getValue().isNull());
        }
        node.forEach(Patches::dropNulls);
    }

    private static ObjectNode skeleton(Target target) {
        var object = Json.object()
                .put("apiVersion", target.type().apiVersion())
                .put("kind", target.type().kind());
        Json.child(object, "metadata").put("name", target.key().name());
        if (!target.key().namespace().isEmpty()) {
            Json.child(object, "metadata").put("namespace", target.key().namespace());
        }
        return object;
    }

    static ObjectNode asObject(JsonNode node) {
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw ApiFailure.badRequest("an object is expected, not " + node.getNodeType());
    }

    /** Whether this patch would make a new object. */
    boolean creates(Target target, PatchKind kind) {
        var key = new ObjectKey(target.key().namespace(), target.key().name());
        return kind == PatchKind.APPLY
                && store.get(target.type().resource(), key).isEmpty();
    }
}
