package dev.kvcachepool.e2e.cluster;

import static dev.kvcachepool.e2e.cluster.OperatorFixture.CLUSTER;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.apply;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.awaitCondition;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.client;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code kubectl kvp} beside an operator on a real API server; the cache-nodes' pods are fake. */
class KubectlPluginIT {
    private String namespace;

    @BeforeEach
    void start() {
        namespace = CLUSTER.namespace();
        apply(namespace, "shared", """
                replicas: 2
                tiers: {host: {size: 1Gi}}
                adverts: {bootstrapServers: "127.0.0.1:9"}
                router: {enabled: false}
                """);
        awaitCondition(namespace, "shared", "Ready", "True");
    }

    @Test
    void itShowsAPoolItsNodesAndItsEvents() throws Exception {
        // When
        var list = kvp("status");
        var status = kvp("status", "shared");
        var json = kvp("status", "shared", "-o", "json");
        var nodes = kvp("nodes", "shared");
        var events = kvp("events", "shared");
        var completed = kvp("__complete", "--", "nodes", "-n", namespace, "sh");

        // Then
        assertThat(list.mustSucceed()).containsPattern(namespace + " +shared +True +2/2 +Pooled");
        assertThat(status.mustSucceed()).contains("2/2 ready, Pooled").containsPattern("Ready +True .*AllServing");
        assertThat(new ObjectMapper()
                        .readTree(json.mustSucceed())
                        .at("/status/readyReplicas")
                        .asInt())
                .isEqualTo(2);
        assertThat(nodes.mustSucceed())
                .containsPattern("shared-0 +NotAdvertised +yes")
                .contains("shared-1");
        assertThat(events.mustSucceed()).containsPattern("StatefulSet/shared|Pod/shared-0");
        assertThat(completed.mustSucceed()).contains("shared");
    }

    @Test
    void aDrainedNodeIsEvictedAndReadyAgain() {
        // Given
        var before = uids();

        // When
        var drained = kvp("drain", "shared", "shared-1", "--timeout", "2m");

        // Then the other one was left alone
        assertThat(drained.mustSucceed().lines()).containsExactly("shared-1 drains", "shared-1 is ready again");
        assertThat(uids())
                .doesNotContain(before.getLast())
                .contains(before.getFirst())
                .hasSize(2);
    }

    @Test
    void aRestartIsTheOperatorsRollOverAllNodes() {
        // Given
        var before = uids();

        // When
        Command.Result restarted;
        try (var _ = new RestartingPods(namespace)) {
            restarted = kvp("restart", "shared", "--timeout", "2m");
        }

        // Then
        assertThat(restarted.mustSucceed())
                .contains("asked the operator to restart 2 cache-nodes of shared")
                .contains("all cache-nodes of shared are ready again");
        assertThat(uids()).isEqualTo(before);
    }

    /** As the operator's webhook makes it; {@code EngineInjectionIT} asks the webhook. */
    private static final String ENGINE = """
            apiVersion: v1
            kind: Pod
            metadata: {name: engine, labels: {app: vllm, kvcachepool.dev/sidecar-of: beside}}
            spec:
              securityContext: {runAsNonRoot: true, runAsUser: 1000, seccompProfile: {type: RuntimeDefault}}
              initContainers:
                - name: kvcachepool-cache-node
                  image: cache-node
                  restartPolicy: Always
                  securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
              containers:
                - name: vllm
                  image: vllm
                  securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
            """;

    @Test
    void aCacheNodeInAnEnginesPodIsShownAndEndsWithItsEngine() {
        // Given
        apply(namespace, "beside", """
                placement: Sidecar
                tiers: {host: {size: 64Mi}}
                adverts: {bootstrapServers: "127.0.0.1:9"}
                router: {enabled: false}
                engines: {mode: Inject, selector: {matchLabels: {app: vllm}}}
                """);
        client().load(new ByteArrayInputStream(ENGINE.getBytes(StandardCharsets.UTF_8)))
                .inNamespace(namespace)
                .create();
        awaitCondition(namespace, "beside", "Ready", "True");

        // When
        var nodes = kvp("nodes", "beside");
        var completed = kvp("__complete", "--", "drain", "-n", namespace, "beside", "e");
        var refused = kvp("drain", "beside", "engine");
        var restarted = kvp("restart", "beside");
        var drained = kvp("drain", "beside", "engine", "--with-engine", "--timeout", "2m");

        // Then
        assertThat(nodes.mustSucceed()).containsPattern("engine +vllm +NotAdvertised +yes");
        assertThat(completed.mustSucceed()).contains("engine");
        assertThat(refused.exit()).isOne();
        assertThat(refused.errors()).contains("--with-engine");
        assertThat(restarted.exit()).isOne();
        assertThat(drained.mustSucceed())
                .contains("evicted the engine's pod engine (container vllm) with its cache-node", "engine is gone");
    }

    private List<String> uids() {
        return client().pods().inNamespace(namespace).list().getItems().stream()
                .map(Pod::getMetadata)
                .collect(Collectors.toMap(
                        pod -> pod.getName(), pod -> pod.getUid(), (a, b) -> a, java.util.TreeMap::new))
                .values()
                .stream()
                .toList();
    }

    private Command.Result kvp(String... words) {
        var command = new ArrayList<>(
                List.of(RealCluster.root().resolve("bin/kubectl-kvp").toString()));
        command.addAll(List.of(words));
        if (!words[0].startsWith("__")) {
            command.addAll(List.of("-n", namespace));
        }
        return Command.run(
                command, "", java.util.Map.of("KUBECONFIG", CLUSTER.kubeconfig().toString()), Duration.ofMinutes(3));
    }
}
