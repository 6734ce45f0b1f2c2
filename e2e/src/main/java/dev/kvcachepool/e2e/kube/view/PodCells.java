package dev.kvcachepool.e2e.kube.view;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvcachepool.e2e.kube.model.Json;
import java.util.List;

/** What the table of pods says of one: how many containers are ready, in what state it is, its restarts. */
final class PodCells {
    private PodCells() {}

    static List<Column> columns() {
        return List.of(
                Column.named(),
                Column.text("Ready", PodCells::ready),
                Column.text("Status", PodCells::status),
                Column.text("Restarts", PodCells::restarts),
                Column.age(),
                Column.wide("IP", pod -> Column.orNone(Json.text(pod, "status", "podIP"))),
                Column.wide("Node", pod -> Column.orNone(Json.text(pod, "spec", "nodeName"))),
                Column.wide("Nominated Node", _ -> "<none>"),
                Column.wide("Readiness Gates", _ -> "<none>"));
    }

    private static String ready(ObjectNode pod) {
        var ready = containers(pod)
                .valueStream()
                .filter(container -> container.path("ready").asBoolean())
                .count();
        return ready + "/" + Json.at(pod, "spec", "containers").size();
    }

    private static String restarts(ObjectNode pod) {
        int restarts = 0;
        for (var container : containers(pod)) {
            restarts += container.path("restartCount").asInt();
        }
        return Integer.toString(restarts);
    }

    private static String status(ObjectNode pod) {
        if (pod.path("metadata").has("deletionTimestamp")) {
            return "Terminating";
        }
        for (var container : containers(pod)) {
            var waiting = Json.text(container, "state", "waiting", "reason");
            var ended = Json.text(container, "state", "terminated", "reason");
            if (!waiting.isEmpty() || !ended.isEmpty()) {
                return waiting.isEmpty() ? ended : waiting;
            }
        }
        var reason = Json.text(pod, "status", "reason");
        return reason.isEmpty() ? Json.text(pod, "status", "phase") : reason;
    }

    private static JsonNode containers(ObjectNode pod) {
        return Json.at(pod, "status", "containerStatuses");
    }
}
