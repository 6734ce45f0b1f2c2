package dev.kvcachepool.e2e.kube.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvcachepool.e2e.kube.model.ApiFailure;
import dev.kvcachepool.e2e.kube.model.CustomVersion.ScalePaths;
import dev.kvcachepool.e2e.kube.model.FieldProblem;
import dev.kvcachepool.e2e.kube.model.Json;
import dev.kvcachepool.e2e.kube.model.JsonPath;
import dev.kvcachepool.e2e.kube.model.LabelSelector;
import dev.kvcachepool.e2e.kube.model.ResourceType;
import dev.kvcachepool.e2e.kube.store.ObjectStore;
import java.util.List;

/** The scale subresource: an object's replicas as an {@code autoscaling/v1} Scale. */
final class Scales {
    private static final ScalePaths BUILT_IN = new ScalePaths(".spec.replicas", ".status.replicas", "");
    private final ObjectStore store;
    private final Updates updates;

    Scales(ObjectStore store, Updates updates) {
        this.store = store;
        this.updates = updates;
    }

    ObjectNode get(Target target) {
        return scaleOf(target.type(), updates.existing(target.type(), target.key()));
    }

    ObjectNode replace(Target target, ObjectNode scale, WriteOptions options) {
        return store.locked(() -> {
            var type = target.type();
            var old = updates.existing(type, target.key());
            Metadata.checkVersion(type, old, scale.path("metadata"));
            var now = old.deepCopy();
            JsonPath.parse(paths(type).specReplicas()).set(now, IntNode.valueOf(replicas(target, scale)));
            return scaleOf(type, updates.change(target, old, now, options));
        });
    }

    ObjectNode patch(Target target, PatchKind kind, JsonNode patch, WriteOptions options) {
        return store.locked(() -> {
            var scale = get(target);
            var patched = kind == PatchKind.JSON
                    ? Patches.patched(target.type(), kind, scale, patch)
                    : Patches.patched(target.type(), PatchKind.MERGE, scale, patch);
            return replace(target, patched, options);
        });
    }

    private static int replicas(Target target, ObjectNode scale) {
        var replicas = Json.at(scale, "spec", "replicas");
        if (!replicas.isMissingNode() && (!replicas.canConvertToInt() || replicas.asInt() < 0)) {
            throw ApiFailure.invalid(
                    target.type(),
                    target.key().name(),
                    List.of(FieldProblem.invalid(
                            "spec.replicas", Json.compact(replicas), "must be greater than or equal to 0")));
        }
        return replicas.asInt(0);
    }

    private static ObjectNode scaleOf(ResourceType type, ObjectNode object) {
        var scale = Json.object().put("kind", "Scale").put("apiVersion", "autoscaling/v1");
        var metadata = scale.putObject("metadata");
        for (var field : List.of("name", "namespace", "uid", "resourceVersion", "creationTimestamp")) {
            if (object.path("metadata").has(field)) {
                metadata.set(field, object.path("metadata").path(field));
            }
        }
        var paths = paths(type);
        scale.putObject("spec")
                .put(
                        "replicas",
                        JsonPath.parse(paths.specReplicas()).first(object).asInt());
        var selector = type.custom().isPresent()
                ? JsonPath.parse(paths.labelSelector()).first(object).asText("")
                : LabelSelector.textOf(Json.at(object, "spec", "selector"));
        var status = scale.putObject("status")
                .put(
                        "replicas",
                        JsonPath.parse(paths.statusReplicas()).first(object).asInt());
        if (!selector.isEmpty()) {
            status.put("selector", selector);
        }
        return scale;
    }

    private static ScalePaths paths(ResourceType type) {
        return type.custom().flatMap(custom -> custom.scale()).orElse(BUILT_IN);
    }
}
