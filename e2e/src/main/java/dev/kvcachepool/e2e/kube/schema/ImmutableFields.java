package dev.kvcachepool.e2e.kube.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvcachepool.e2e.kube.model.FieldProblem;
import dev.kvcachepool.e2e.kube.model.Json;
import java.util.List;
import java.util.Set;

/** What may not be changed once an object of a built-in kind is there. */
final class ImmutableFields {
    private static final Set<String> SET_CHANGEABLE = Set.of(
            "replicas",
            "ordinals",
            "template",
            "updateStrategy",
            "revisionHistoryLimit",
            "persistentVolumeClaimRetentionPolicy",
            "minReadySeconds");
    private static final Set<String> POD_CHANGEABLE = Set.of(
            "containers", "initContainers", "activeDeadlineSeconds", "tolerations", "schedulingGates", "nodeName");

    private ImmutableFields() {}

    static List<FieldProblem> check(String resource, JsonNode old, JsonNode now) {
        return switch (resource) {
            case "statefulsets.apps" ->
                rest(
                        old,
                        now,
                        SET_CHANGEABLE,
                        "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template',"
                                + " 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy'"
                                + " and 'minReadySeconds' are forbidden");
            case "pods" ->
                rest(
                        old,
                        now,
                        POD_CHANGEABLE,
                        "pod updates may not change fields other than `spec.containers[*].image`,"
                                + "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only"
                                + " additions to existing tolerations)");
            case "deployments.apps", "daemonsets.apps", "replicasets.apps" -> same(old, now, "spec", "selector");
            case "rolebindings.rbac.authorization.k8s.io", "clusterrolebindings.rbac.authorization.k8s.io" ->
                same(old, now, "roleRef");
            case "configmaps", "secrets" -> frozen(old, now);
            default -> List.of();
        };
    }

    private static List<FieldProblem> rest(JsonNode old, JsonNode now, Set<String> changeable, String message) {
        return fixed(old, changeable).equals(fixed(now, changeable))
                ? List.of()
                : List.of(FieldProblem.forbidden("spec", message));
    }

    private static JsonNode fixed(JsonNode object, Set<String> changeable) {
        return object.get("spec") instanceof ObjectNode spec ? spec.deepCopy().remove(changeable) : Json.object();
    }

    private static List<FieldProblem> same(JsonNode old, JsonNode now, String... path) {
        var value = Json.at(now, path);
        return Json.at(old, path).equals(value)
                ? List.of()
                : List.of(FieldProblem.invalid(String.join(".", path), Json.compact(value), "field is immutable"));
    }

    private static List<FieldProblem> frozen(JsonNode old, JsonNode now) {
        var frozen = old.path("immutable").asBoolean();
        var changed = !old.path("data").equals(now.path("data"))
                || !old.path("binaryData").equals(now.path("binaryData"))
                || !now.path("immutable").asBoolean();
        return frozen && changed
                ? List.of(FieldProblem.forbidden("data", "field is immutable when `immutable` is set"))
                : List.of();
    }
}
