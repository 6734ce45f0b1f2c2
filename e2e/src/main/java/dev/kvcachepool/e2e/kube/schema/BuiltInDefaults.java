package dev.kvcachepool.e2e.kube.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvcachepool.e2e.kube.model.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The defaults of the built-in kinds that controllers and clients go by, filled in in place. */
final class BuiltInDefaults {
    private BuiltInDefaults() {}

    static void fill(String resource, ObjectNode object) {
        var spec = Json.child(object, "spec");
        switch (resource) {
            case "pods" -> PodDefaults.fill(spec);
            case "services" -> service(spec);
            case "statefulsets.apps" -> statefulSet(spec);
            case "daemonsets.apps" -> daemonSet(spec);
            case "deployments.apps" -> deployment(spec);
            case "replicasets.apps" -> {
                standard(spec, "replicas", 1);
                PodDefaults.fillTemplate(spec);
            }
            case "secrets" -> secret(object);
            case "persistentvolumeclaims" -> standard(spec, "volumeMode", "Filesystem");
            case "namespaces" -> namespace(object);
            default -> {}
        }
        if (spec.isEmpty()) {
            object.remove("spec");
        }
    }

    private static void statefulSet(ObjectNode spec) {
        standard(spec, "replicas", 1);
        standard(spec, "podManagementPolicy", "OrderedReady");
        standard(spec, "revisionHistoryLimit", 10);
        var strategy = Json.child(spec, "updateStrategy");
        standard(strategy, "type", "RollingUpdate");
        if (Json.text(strategy, "type").equals("RollingUpdate")) {
            standard(Json.child(strategy, "rollingUpdate"), "partition", 0);
        }
        var retention = Json.child(spec, "persistentVolumeClaimRetentionPolicy");
        standard(retention, "whenDeleted", "Retain");
        standard(retention, "whenScaled", "Retain");
        PodDefaults.fillTemplate(spec);
    }

    private static void daemonSet(ObjectNode spec) {
        standard(spec, "revisionHistoryLimit", 10);
        var strategy = Json.child(spec, "updateStrategy");
        standard(strategy, "type", "RollingUpdate");
        if (Json.text(strategy, "type").equals("RollingUpdate")) {
            var rolling = Json.child(strategy, "rollingUpdate");
            standard(rolling, "maxUnavailable", 1);
            standard(rolling, "maxSurge", 0);
        }
        PodDefaults.fillTemplate(spec);
    }

    private static void deployment(ObjectNode spec) {
        standard(spec, "replicas", 1);
        standard(spec, "revisionHistoryLimit", 10);
        standard(spec, "progressDeadlineSeconds", 600);
        var strategy = Json.child(spec, "strategy");
        standard(strategy, "type", "RollingUpdate");
        if (Json.text(strategy, "type").equals("RollingUpdate")) {
            var rolling = Json.child(strategy, "rollingUpdate");
            standard(rolling, "maxUnavailable", "25%");
            standard(rolling, "maxSurge", "25%");
        }
        PodDefaults.fillTemplate(spec);
    }

    private static void service(ObjectNode spec) {
        standard(spec, "type", "ClusterIP");
        standard(spec, "sessionAffinity", "None");
        standard(spec, "internalTrafficPolicy", "Cluster");
        for (var port : spec.path("ports")) {
            if (port instanceof ObjectNode object) {
                standard(object, "protocol", "TCP");
                if (!object.has("targetPort")) {
                    object.set("targetPort", object.path("port"));
                }
            }
        }
    }

    private static void secret(ObjectNode secret) {
        standard(secret, "type", "Opaque");
        if (secret.remove("stringData") instanceof ObjectNode texts) {
            var data = Json.child(secret, "data");
            var base64 = Base64.getEncoder();
            texts.properties()
                    .forEach(text -> data.put(
                            text.getKey(),
                            base64.encodeToString(text.getValue().asText().getBytes(StandardCharsets.UTF_8))));
        }
    }

    private static void namespace(ObjectNode namespace) {
        var metadata = Json.child(namespace, "metadata");
        standard(Json.child(metadata, "labels"), "kubernetes.io/metadata.name", Json.text(metadata, "name"));
        standard(Json.child(namespace, "status"), "phase", "Active");
    }

    static void standard(ObjectNode object, String name, String value) {
        if (!has(object, name)) {
            object.put(name, value);
        }
    }

    static void standard(ObjectNode object, String name, int value) {
        if (!has(object, name)) {
            object.put(name, value);
        }
    }

    private static boolean has(JsonNode object, String name) {
        return !Json.at(object, name).isMissingNode();
    }
}
