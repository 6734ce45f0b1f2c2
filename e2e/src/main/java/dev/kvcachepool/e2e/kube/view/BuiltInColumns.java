package dev.kvcachepool.e2e.kube.view;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvcachepool.e2e.kube.model.Json;
import dev.kvcachepool.e2e.kube.model.LabelSelector;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The columns of the built-in kinds' tables. */
final class BuiltInColumns {
    private BuiltInColumns() {}

    static List<Column> of(String resource) {
        return switch (resource) {
            case "pods" -> PodCells.columns();
            case "nodes" ->
                columns(
                        Column.text("Status", BuiltInColumns::nodeStatus),
                        Column.text("Roles", _ -> "<none>"),
                        Column.age(),
                        Column.at("Version", "status", "nodeInfo", "kubeletVersion"));
            case "services" ->
                columns(
                        Column.at("Type", "spec", "type"),
                        Column.at("Cluster-IP", "spec", "clusterIP"),
                        Column.text("External-IP", _ -> "<none>"),
                        Column.text("Port(s)", BuiltInColumns::servicePorts),
                        Column.age(),
                        Column.wide("Selector", BuiltInColumns::serviceSelector));
            case "statefulsets.apps" ->
                columns(
                        Column.text("Ready", set -> ofReplicas(set, "readyReplicas")),
                        Column.age(),
                        Column.wide("Images", BuiltInColumns::images));
            case "deployments.apps" ->
                columns(
                        Column.text("Ready", set -> ofReplicas(set, "readyReplicas")),
                        Column.number("Up-to-date", "status", "updatedReplicas"),
                        Column.number("Available", "status", "availableReplicas"),
                        Column.age(),
                        Column.wide("Images", BuiltInColumns::images),
                        Column.wide("Selector", BuiltInColumns::selector));
            case "replicasets.apps" ->
                columns(
                        Column.number("Desired", "spec", "replicas"),
                        Column.number("Current", "status", "replicas"),
                        Column.number("Ready", "status", "readyReplicas"),
                        Column.age());
            case "daemonsets.apps" ->
                columns(
                        Column.number("Desired", "status", "desiredNumberScheduled"),
                        Column.number("Current", "status", "currentNumberScheduled"),
                        Column.number("Ready", "status", "numberReady"),
                        Column.number("Up-to-date", "status", "updatedNumberScheduled"),
                        Column.number("Available", "status", "numberAvailable"),
                        Column.text("Node Selector", BuiltInColumns::nodeSelector),
                        Column.age());
            default -> small(resource);
        };
    }

    private static List<Column> small(String resource) {
        return switch (resource) {
            case "namespaces" -> columns(Column.at("Status", "status", "phase"), Column.age());
            case "configmaps" -> columns(Column.text("Data", map -> entries(map, "data", "binaryData")), Column.age());
            case "secrets" ->
                columns(
                        Column.at("Type", "type"),
                        Column.text("Data", secret -> entries(secret, "data")),
                        Column.age());
            case "leases.coordination.k8s.io" -> columns(Column.at("Holder", "spec", "holderIdentity"), Column.age());
            case "customresourcedefinitions.apiextensions.k8s.io" ->
                columns(Column.at("Created At", "metadata", "creationTimestamp"));
            case "poddisruptionbudgets.policy" ->
                columns(
                        Column.text("Min Available", budget -> orNotSet(budget, "minAvailable")),
                        Column.text("Max Unavailable", budget -> orNotSet(budget, "maxUnavailable")),
                        Column.number("Allowed Disruptions", "status", "disruptionsAllowed"),
                        Column.age());
            case "rolebindings.rbac.authorization.k8s.io", "clusterrolebindings.rbac.authorization.k8s.io" ->
                columns(
                        Column.text(
                                "Role",
                                binding -> Json.text(binding, "roleRef", "kind") + "/"
                                        + Json.text(binding, "roleRef", "name")),
                        Column.age());
            case "persistentvolumeclaims" ->
                columns(
                        Column.at("Status", "status", "phase"),
                        Column.at("Volume", "spec", "volumeName"),
                        Column.at("Capacity", "status", "capacity", "storage"),
                        Column.age());
            case "events" ->
                List.of(
                        Column.text("Last Seen", event -> Ages.since(lastSeen(event))),
                        Column.at("Type", "type"),
                        Column.at("Reason", "reason"),
                        Column.text(
                                "Object",
                                event -> Json.text(event, "involvedObject", "kind")
                                                .toLowerCase(Locale.ROOT) + "/"
                                        + Json.text(event, "involvedObject", "name")),
                        Column.text(
                                "Message", event -> Json.text(event, "message").strip()));
            default -> columns(Column.age());
        };
    }

    private static List<Column> columns(Column... further) {
        var columns = new ArrayList<Column>();
        columns.add(Column.named());
        columns.addAll(List.of(further));
        return List.copyOf(columns);
    }

    private static String ofReplicas(ObjectNode object, String field) {
        return Json.at(object, "status", field).asInt() + "/"
                + Json.at(object, "spec", "replicas").asInt();
    }

    private static String nodeStatus(ObjectNode node) {
        var ready = "Unknown";
        for (var condition : Json.at(node, "status", "conditions")) {
            if (Json.text(condition, "type").equals("Ready")) {
                ready = Json.text(condition, "status").equals("True") ? "Ready" : "NotReady";
            }
        }
        return Json.at(node, "spec", "unschedulable").asBoolean() ? ready + ",SchedulingDisabled" : ready;
    }

    private static String servicePorts(ObjectNode service) {
        var ports = new ArrayList<String>();
        Json.at(service, "spec", "ports")
                .forEach(port -> ports.add(Json.text(port, "port") + "/" + Json.text(port, "protocol")));
        return Column.orNone(String.join(",", ports));
    }

    private static String serviceSelector(ObjectNode service) {
        return labels(Json.at(service, "spec", "selector"));
    }

    private static String nodeSelector(ObjectNode set) {
        return labels(Json.at(set, "spec", "template", "spec", "nodeSelector"));
    }

    private static String labels(JsonNode labels) {
        var texts = new ArrayList<String>();
        labels.properties()
                .forEach(label ->
                        texts.add(label.getKey() + "=" + label.getValue().asText()));
        return Column.orNone(String.join(",", texts));
    }

    private static String selector(ObjectNode object) {
        return Column.orNone(LabelSelector.textOf(Json.at(object, "spec", "selector")));
    }

    private static String images(ObjectNode object) {
        var images = new ArrayList<String>();
        Json.at(object, "spec", "template", "spec", "containers")
                .forEach(container -> images.add(Json.text(container, "image")));
        return String.join(",", images);
    }

    private static String entries(ObjectNode object, String... maps) {
        int entries = 0;
        for (var map : maps) {
            entries += object.path(map).size();
        }
        return Integer.toString(entries);
    }

    private static String orNotSet(ObjectNode budget, String field) {
        var text = Json.text(budget, "spec", field);
        return text.isEmpty() ? "N/A" : text;
    }

    private static String lastSeen(ObjectNode event) {
        for (var field : List.of("lastTimestamp", "eventTime")) {
            if (!Json.text(event, field).isEmpty()) {
                return Json.text(event, field);
            }
        }
        return Json.text(event, "metadata", "creationTimestamp");
    }
}
