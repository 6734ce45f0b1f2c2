package dev.kvcachepool.e2e.kube.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvcachepool.e2e.kube.model.ApiFailure;
import dev.kvcachepool.e2e.kube.model.FieldProblem;
import dev.kvcachepool.e2e.kube.model.ResourceType;
import dev.kvcachepool.e2e.kube.model.ResourceTypes;
import dev.kvcachepool.e2e.kube.patch.BuiltInShape;
import dev.kvcachepool.e2e.kube.patch.SchemaShape;
import dev.kvcachepool.e2e.kube.patch.Shape;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes an object fit to be stored, by the rules of its kind: prunes, fills in, checks. */
public final class ObjectRules {
    private ObjectRules() {}

    public static Shape shape(ResourceType type) {
        return type.custom()
                .map(custom -> SchemaShape.root(type.kind(), custom.schema()))
                .orElseGet(() -> BuiltInShape.of(type.kind()));
    }

    /** Prunes and fills in, in place. Unknown fields of custom kinds are refused when strict. */
    public static void complete(ResourceType type, ObjectNode object, boolean strict) {
        if (type.custom().isPresent()) {
            var schema = type.custom().get().schema();
            var unknown = UnknownFields.prune(object, schema);
            if (strict && !unknown.isEmpty()) {
                throw unknownFields(type, unknown);
            }
            SchemaDefaults.fill(object, schema);
        } else {
            BuiltInDefaults.fill(type.resource(), object);
        }
        if (type.is(ResourceTypes.DEFINITIONS)) {
            CustomDefinitions.check(type, object);
            CustomDefinitions.establish(object, Instant.now());
        }
    }

    /** Refuses what the kind's schema doesn't allow, or what may not change. */
    public static void check(ResourceType type, String name, Optional<ObjectNode> old, ObjectNode object) {
        var problems = new ArrayList<FieldProblem>();
        type.custom().ifPresent(custom -> problems.addAll(SchemaValidation.check(object, custom.schema())));
        old.ifPresent(before -> problems.addAll(ImmutableFields.check(type.resource(), before, object)));
        if (type.custom().isEmpty()) {
            problems.addAll(BuiltInChecks.check(type, object));
        }
        if (!problems.isEmpty()) {
            throw ApiFailure.invalid(type, name, problems);
        }
    }

    /** What an apply patch may not name. */
    public static void refuseUndeclared(ResourceType type, String name, JsonNode sent) {
        var custom = type.custom();
        if (custom.isPresent() && sent instanceof ObjectNode object) {
            var unknown = UnknownFields.prune(object.deepCopy(), custom.get().schema());
            if (!unknown.isEmpty()) {
                throw ApiFailure.of(
                        500,
                        "InternalError",
                        "failed to create typed patch object (%s; %s, Kind=%s): .%s: field not declared in schema"
                                .formatted(name, type.apiVersion(), type.kind(), unknown.getFirst()));
            }
        }
    }

    private static ApiFailure unknownFields(ResourceType type, List<String> unknown) {
        var fields =
                unknown.stream().map(field -> "unknown field \"" + field + "\"").toList();
        return ApiFailure.badRequest("%s in version \"%s\" cannot be handled as a %s: strict decoding error: %s"
                .formatted(type.kind(), type.version(), type.kind(), String.join(", ", fields)));
    }
}
