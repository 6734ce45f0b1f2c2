package dev.kvcachepool.e2e.kube.schema;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kvcachepool.e2e.kube.model.FieldProblem;
import dev.kvcachepool.e2e.kube.model.Json;
import dev.kvcachepool.e2e.kube.model.LabelSelector;
import dev.kvcachepool.e2e.kube.model.ResourceType;
import java.util.ArrayList;
import java.util.List;

/** The few checks of built-in kinds without which their controllers would run astray. */
final class BuiltInChecks {
    private BuiltInChecks() {}

    static List<FieldProblem> check(ResourceType type, JsonNode object) {
        return switch (type.resource()) {
            case "pods" -> podSpec("spec", object.path("spec"));
            case "statefulsets.apps", "deployments.apps", "daemonsets.apps", "replicasets.apps" -> workload(object);
            case "services" -> service(object.path("spec"));
            default -> List.of();
        };
    }

    private static List<FieldProblem> workload(JsonNode object) {
        var problems = new ArrayList<FieldProblem>();
        var selector = Json.at(object, "spec", "selector");
        var template = Json.at(object, "spec", "template");
        var labels = Json.at(template, "metadata", "labels");
        if (selector.isEmpty()) {
            problems.add(FieldProblem.required("spec.selector"));
        } else if (!LabelSelector.of(selector).test(template)) {
            problems.add(FieldProblem.invalid(
                    "spec.template.metadata.labels",
                    Json.compact(labels),
                    "`selector` does not match template `labels`"));
        }
        if (Json.at(object, "spec", "replicas").asInt(0) < 0) {
            problems.add(FieldProblem.invalid(
                    "spec.replicas", Json.text(object, "spec", "replicas"), "must be greater than or equal to 0"));
        }
        problems.addAll(podSpec("spec.template.spec", template.path("spec")));
        return problems;
    }

    private static List<FieldProblem> podSpec(String path, JsonNode spec) {
        var problems = new ArrayList<FieldProblem>();
        var containers = spec.path("containers");
        if (containers.isEmpty()) {
            problems.add(FieldProblem.required(path + ".containers"));
        }
        for (int i = 0; i < containers.size(); i++) {
            for (var field : List.of("name", "image")) {
                if (Json.text(containers.path(i), field).isEmpty()) {
                    problems.add(FieldProblem.required("%s.containers[%d].%s".formatted(path, i, field)));
                }
            }
        }
        return problems;
    }

    private static List<FieldProblem> service(JsonNode spec) {
        var portless = Json.text(spec, "clusterIP").equals("None")
                || Json.text(spec, "type").equals("ExternalName");
        return spec.path("ports").isEmpty() && !portless ? List.of(FieldProblem.required("spec.ports")) : List.of();
    }
}
