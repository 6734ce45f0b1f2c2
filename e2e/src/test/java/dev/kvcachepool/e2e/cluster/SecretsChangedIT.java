package dev.kvcachepool.e2e.cluster;

import static dev.kvcachepool.e2e.cluster.OperatorFixture.CLUSTER;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.apply;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.await;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.awaitCondition;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.client;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.e2e.Fixture;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Secrets that pods read at their start only: another content restarts them, and nothing else does. */
class SecretsChangedIT {
    private static final String MARK = "kvcachepool.dev/secrets";
    private static final String SEEN = "kvcachepool.dev/secrets-seen";
    private final String namespace = CLUSTER.namespace();

    @Test
    void anotherContentRestartsNodesAndRouters() {
        // Given a pool that has been there for a while, and whose Secret was only labelled since
        say("first", Map.of());
        apply(namespace, "shared", spec());
        awaitCondition(namespace, "shared", "Ready", "True");
        await("what the Secret says is noted").until(() -> annotations(nodes()).containsKey(SEEN));
        var seen = annotations(nodes()).get(SEEN);
        var before = uids();
        assertThat(before).hasSize(2);
        say("first", Map.of("a-label", "b"));

        // When
        try (var _ = new RestartingPods(namespace)) {
            say("second", Map.of("a-label", "b"));

            // Then both are restarted where they are, and it is said why
            await("both nodes have read it")
                    .until(() -> pods().stream()
                            .allMatch(pod -> annotations(pod).containsKey(MARK)
                                    && pod.getStatus()
                                                    .getContainerStatuses()
                                                    .getFirst()
                                                    .getRestartCount()
                                            == 1));
        }
        assertThat(uids()).isEqualTo(before);
        assertThat(annotations(nodes()).get(SEEN)).isNotEqualTo(seen);
        assertThat(annotations(pods().getFirst()).get(MARK))
                .isEqualTo(annotations(nodes()).get(SEEN));
        assertThat(OperatorFixture.events(namespace, "shared", "NodeRestarted"))
                .hasSize(2)
                .allMatch(note -> note.contains("as a Secret that it has read at its start says something else"));
        await("routers get it, too").until(() -> router().containsKey(MARK));
        awaitCondition(namespace, "shared", "Ready", "True");
    }

    private static String spec() {
        return """
                replicas: 2
                tiers: {host: {size: 64Mi}}
                updateStrategy: {drainTimeout: 1s}
                adverts: {bootstrapServers: "%s", replication: 1, saltKeySecretRef: {name: salt}}
                """.formatted(Fixture.broker().address());
    }

    private void say(String salt, Map<String, String> labels) {
        client().secrets()
                .inNamespace(namespace)
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName("salt")
                        .withLabels(labels)
                        .endMetadata()
                        .withStringData(Map.of("saltKey", salt))
                        .build())
                .serverSideApply();
    }

    private HasMetadata nodes() {
        return client().apps()
                .statefulSets()
                .inNamespace(namespace)
                .withName("shared")
                .get();
    }

    private Map<String, String> router() {
        return annotations(client().apps()
                .deployments()
                .inNamespace(namespace)
                .withName("shared-router")
                .get()
                .getSpec()
                .getTemplate()
                .getMetadata());
    }

    private static Map<String, String> annotations(HasMetadata object) {
        return annotations(object.getMetadata());
    }

    private static Map<String, String> annotations(ObjectMeta meta) {
        return Objects.requireNonNullElse(meta.getAnnotations(), Map.of());
    }

    private List<String> uids() {
        return pods().stream().map(pod -> pod.getMetadata().getUid()).toList();
    }

    private List<Pod> pods() {
        return client().pods()
                .inNamespace(namespace)
                .withLabel("app.kubernetes.io/component", "cache-node")
                .list()
                .getItems();
    }
}
