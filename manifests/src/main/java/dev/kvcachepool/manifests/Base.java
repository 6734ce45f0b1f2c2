package dev.kvcachepool.manifests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What {@code manifests/kustomize/base} installs: the one place where the operator's rights and its Deployment are
 * written.
 *
 * @param folder the base's
 */
record Base(Path folder) {
    private static final String RULES = "rules:\n";
    private static final String NEXT_DOCUMENT = "---\n";

    static Base of(Path root) {
        return new Base(root.resolve("manifests/kustomize/base"));
    }

    /** The Deployment as it is written there. */
    String deploymentText() {
        return Yaml.text(folder.resolve("deployment.yaml"));
    }

    ObjectNode deployment() {
        return Yaml.document(folder.resolve("deployment.yaml"));
    }

    /** {@code rules:} and what follows in the ClusterRole's document, comments included. */
    String clusterRoleRules() {
        return rulesText("cluster-role.yaml");
    }

    /** The same of the Role for the operator's own namespace. */
    String leaseRoleRules() {
        return rulesText("lease-role.yaml");
    }

    /** The Service of the webhook. */
    JsonNode webhookService() {
        return Yaml.documents(folder.resolve("webhook.yaml")).stream()
                .filter(document -> "Service".equals(document.path("kind").asText()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("webhook.yaml must have a Service"));
    }

    Stream<JsonNode> clusterRules() {
        return rules("cluster-role.yaml", "ClusterRole");
    }

    Stream<JsonNode> leaseRules() {
        return rules("lease-role.yaml", "Role");
    }

    private String rulesText(String file) {
        var text = Yaml.text(folder.resolve(file));
        var first = text.indexOf(RULES);
        var end = text.indexOf(NEXT_DOCUMENT, first);
        if (first < 0 || end < 0 || text.indexOf(RULES, end) >= 0) {
            throw new IllegalStateException(file + " must have one role, and its binding after it");
        }
        return text.substring(first, end);
    }

    private Stream<JsonNode> rules(String file, String kind) {
        return Yaml.documents(folder.resolve(file)).stream()
                .filter(document -> kind.equals(document.path("kind").asText()))
                .flatMap(role -> StreamSupport.stream(role.path("rules").spliterator(), false));
    }
}
