package dev.kvcachepool.e2e.kube.schema;

import static dev.kvcachepool.e2e.kube.schema.BuiltInDefaults.standard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvcachepool.e2e.kube.model.Json;
import java.util.List;

/** The defaults of pods, and of the templates of pods, filled in in place. */
final class PodDefaults {
    private static final int READABLE = 0644;

    private PodDefaults() {}

    static void fillTemplate(ObjectNode spec) {
        fill(Json.child(Json.child(spec, "template"), "spec"));
    }

    static void fill(ObjectNode spec) {
        standard(spec, "restartPolicy", "Always");
        standard(spec, "dnsPolicy", "ClusterFirst");
        standard(spec, "schedulerName", "default-scheduler");
        standard(spec, "terminationGracePeriodSeconds", 30);
        Json.child(spec, "securityContext");
        if (spec.has("serviceAccountName") && !spec.has("serviceAccount")) {
            spec.set("serviceAccount", spec.path("serviceAccountName"));
        }
        for (var list : List.of("containers", "initContainers")) {
            objects(spec.path(list)).forEach(PodDefaults::container);
        }
        objects(spec.path("volumes")).forEach(PodDefaults::volume);
    }

    private static void container(ObjectNode container) {
        standard(container, "terminationMessagePath", "/dev/termination-log");
        standard(container, "terminationMessagePolicy", "File");
        var image = Json.text(container, "image");
        var floating = image.endsWith(":latest") || image.lastIndexOf(':') <= image.lastIndexOf('/');
        standard(container, "imagePullPolicy", floating && !image.contains("@") ? "Always" : "IfNotPresent");
        Json.child(container, "resources");
        objects(container.path("ports")).forEach(port -> standard(port, "protocol", "TCP"));
        for (var probe : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
            if (container.get(probe) instanceof ObjectNode object) {
                probe(object);
            }
        }
        objects(container.path("env")).forEach(variable -> {
            if (Json.at(variable, "valueFrom", "fieldRef") instanceof ObjectNode field) {
                standard(field, "apiVersion", "v1");
            }
        });
    }

    private static void probe(ObjectNode probe) {
        standard(probe, "timeoutSeconds", 1);
        standard(probe, "periodSeconds", 10);
        standard(probe, "successThreshold", 1);
        standard(probe, "failureThreshold", 3);
        if (probe.get("httpGet") instanceof ObjectNode get) {
            standard(get, "path", "/");
            standard(get, "scheme", "HTTP");
        }
    }

    private static void volume(ObjectNode volume) {
        for (var source : List.of("secret", "configMap", "projected", "downwardAPI")) {
            if (volume.get(source) instanceof ObjectNode files) {
                standard(files, "defaultMode", READABLE);
            }
        }
    }

    private static List<ObjectNode> objects(JsonNode list) {
        return list.valueStream()
                .filter(ObjectNode.class::isInstance)
                .map(ObjectNode.class::cast)
                .toList();
    }
}
