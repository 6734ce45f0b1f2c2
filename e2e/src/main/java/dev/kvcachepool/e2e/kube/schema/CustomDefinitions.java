package dev.kvcachepool.e2e.kube.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvcachepool.e2e.kube.model.ApiFailure;
import dev.kvcachepool.e2e.kube.model.CustomVersion;
import dev.kvcachepool.e2e.kube.model.FieldProblem;
import dev.kvcachepool.e2e.kube.model.Json;
import dev.kvcachepool.e2e.kube.model.ResourceType;
import dev.kvcachepool.e2e.kube.model.Trait;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads CustomResourceDefinitions: the kinds they define, what is wrong with them, and the status they are given. */
public final class CustomDefinitions {
    private CustomDefinitions() {}

    /** The served versions, the storage version first, for that is the one that clients should prefer here. */
    public static List<ResourceType> types(JsonNode definition) {
        var types = new ArrayList<ResourceType>();
        for (var version : Json.at(definition, "spec", "versions")) {
            if (version.path("served").asBoolean()) {
                types.add(version.path("storage").asBoolean() ? 0 : types.size(), type(definition, version));
            }
        }
        return List.copyOf(types);
    }

    /** Refuses a definition that can't be served. */
    public static void check(ResourceType type, JsonNode definition) {
        var name = Json.text(definition, "metadata", "name");
        var problems = new ArrayList<FieldProblem>();
        for (var field : List.of("group", "scope")) {
            if (Json.text(definition, "spec", field).isEmpty()) {
                problems.add(FieldProblem.required("spec." + field));
            }
        }
        for (var field : List.of("plural", "kind")) {
            if (Json.text(definition, "spec", "names", field).isEmpty()) {
                problems.add(FieldProblem.required("spec.names." + field));
            }
        }
        var expected = Json.text(definition, "spec", "names", "plural") + "." + Json.text(definition, "spec", "group");
        if (problems.isEmpty() && !name.equals(expected)) {
            problems.add(FieldProblem.invalid(
                    "metadata.name", '"' + name + '"', "must be spec.names.plural+\".\"+spec.group"));
        }
        versions(definition, problems);
        if (!problems.isEmpty()) {
            throw ApiFailure.invalid(type, name, problems);
        }
    }

    private static void versions(JsonNode definition, List<FieldProblem> problems) {
        var versions = Json.at(definition, "spec", "versions");
        int stored = 0;
        for (int i = 0; i < versions.size(); i++) {
            stored += versions.path(i).path("storage").asBoolean() ? 1 : 0;
            if (!Json.at(versions.path(i), "schema", "openAPIV3Schema").isObject()) {
                problems.add(FieldProblem.required(
                        "spec.versions[%d].schema.openAPIV3Schema".formatted(i), "schemas are required"));
            }
        }
        if (stored != 1) {
            problems.add(FieldProblem.invalid(
                    "spec.versions",
                    Json.compact(versions),
                    "must have exactly one version marked as storage version"));
        }
    }

    /** Sets what the real server's controllers would set: accepted names and the conditions. */
    public static void establish(ObjectNode definition, Instant now) {
        var names = Json.child(Json.child(definition, "spec"), "names");
        var kind = Json.text(names, "kind");
        if (!names.has("singular")) {
            names.put("singular", kind.toLowerCase(Locale.ROOT));
        }
        if (!names.has("listKind")) {
            names.put("listKind", kind + "List");
        }
        var status = Json.child(definition, "status");
        status.set("acceptedNames", names.deepCopy());
        var stored = Json.array();
        Json.at(definition, "spec", "versions").forEach(version -> {
            if (version.path("storage").asBoolean()) {
                stored.add(Json.text(version, "name"));
            }
        });
        status.set("storedVersions", stored);
        if (!status.has("conditions")) {
            var conditions = status.putArray("conditions");
            conditions.add(condition("NamesAccepted", "NoConflicts", "no conflicts found", now));
            conditions.add(
                    condition("Established", "InitialNamesAccepted", "the initial names have been accepted", now));
        }
    }

    private static ObjectNode condition(String type, String reason, String message, Instant now) {
        return Json.object()
                .put("type", type)
                .put("status", "True")
                .put("reason", reason)
                .put("message", message)
                .put("lastTransitionTime", Json.time(now));
    }

    private static ResourceType type(JsonNode definition, JsonNode version) {
        var names = Json.at(definition, "spec", "names");
        var traits = EnumSet.of(Trait.GENERATION);
        if (Json.text(definition, "spec", "scope").equals("Namespaced")) {
            traits.add(Trait.NAMESPACED);
        }
        if (version.path("subresources").has("status")) {
            traits.add(Trait.STATUS);
        }
        var scale = version.path("subresources").path("scale");
        if (!scale.isMissingNode()) {
            traits.add(Trait.SCALE);
        }
        var kind = Json.text(names, "kind");
        var singular = Json.text(names, "singular");
        return new ResourceType(
                Json.text(definition, "spec", "group"),
                Json.text(version, "name"),
                Json.text(names, "plural"),
                singular.isEmpty() ? kind.toLowerCase(Locale.ROOT) : singular,
                kind,
                Json.texts(names.path("shortNames")),
                Json.texts(names.path("categories")),
                traits,
                Optional.of(custom(version, scale)));
    }

    private static CustomVersion custom(JsonNode version, JsonNode scale) {
        var schema =
                Json.at(version, "schema", "openAPIV3Schema") instanceof ObjectNode object ? object : Json.object();
        Optional<CustomVersion.ScalePaths> paths = scale.isMissingNode()
                ? Optional.empty()
                : Optional.of(new CustomVersion.ScalePaths(
                        Json.text(scale, "specReplicasPath"),
                        Json.text(scale, "statusReplicasPath"),
                        Json.text(scale, "labelSelectorPath")));
        return new CustomVersion(schema.deepCopy(), version.path("additionalPrinterColumns"), paths);
    }
}
