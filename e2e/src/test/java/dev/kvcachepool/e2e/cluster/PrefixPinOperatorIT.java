package dev.kvcachepool.e2e.cluster;

import static dev.kvcachepool.e2e.cluster.OperatorFixture.CLUSTER;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.await;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.client;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.events;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.operator;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.crds.PrefixPin;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** PrefixPins on a real API server, under the shipped roles; its nodes are fake, so that no router answers there. */
class PrefixPinOperatorIT {
    private static final String POOL = """
            replicas: 1
            models: [{name: llama, chunkTokens: 256, hashScheme: lmcache-blake3}]
            tiers: {host: {size: 1Gi}}
            adverts: {bootstrapServers: "127.0.0.1:9"}
            router: {replicas: 0}
            """;

    private static void pin(String namespace, String spec) {
        operator();
        var yaml = """
                apiVersion: kvcachepool.dev/v1alpha1
                kind: PrefixPin
                metadata: {name: prompt}
                spec:
                  pools: [shared]
                  model: llama
                  %s
                """.formatted(spec);
        CLUSTER.kubectlWith(yaml, "apply", "-n", namespace, "-f", "-").mustSucceed();
    }

    private static PrefixPin pin(String namespace) {
        return client().resources(PrefixPin.class)
                .inNamespace(namespace)
                .withName("prompt")
                .require();
    }

    private static String condition(String namespace, String type) {
        var pin = pin(namespace);
        var status = pin.getStatus();
        return status == null
                ? "no status"
                : status.conditions().stream()
                        .filter(condition -> condition.getType().equals(type)
                                && condition
                                        .getObservedGeneration()
                                        .equals(pin.getMetadata().getGeneration()))
                        .map(condition ->
                                condition.getStatus() + " " + condition.getReason() + ": " + condition.getMessage())
                        .findFirst()
                        .orElse("none of this generation");
    }

    private static void awaitCondition(String namespace, String type, String beginning) {
        await(type + " is " + beginning)
                .untilAsserted(() -> assertThat(condition(namespace, type)).startsWith(beginning));
    }

    @Test
    void whatIsMissingIsSaidAndHealsAlone() {
        // Given a pin of a pool that is not there, under a salt that is not there
        var namespace = CLUSTER.namespace();
        pin(namespace, "tokens: [1, 2, 3]\n  cacheSaltSecretRef: {name: tenant}");
        awaitCondition(namespace, "Ready", "False SecretMissing: Secret " + namespace + "/tenant");
        awaitCondition(namespace, "Degraded", "True SecretMissing");
        // When the Secret comes
        CLUSTER.kubectl("create", "secret", "generic", "tenant", "-n", namespace, "--from-literal=cacheSalt=s3cret")
                .mustSucceed();
        // Then
        awaitCondition(namespace, "Ready", "False PoolMissing: KVCachePool " + namespace + "/shared");
        await("an Event tells of it")
                .untilAsserted(() -> assertThat(events(namespace, "prompt", "ConditionChanged"))
                        .anyMatch(event -> event.startsWith("Degraded is True (PoolMissing)")));
        // When the pool comes, of whose routers none runs (on fake nodes, whoever has their address in a network would
        // answer)
        OperatorFixture.apply(namespace, "shared", POOL);
        // Then
        awaitCondition(namespace, "Degraded", "True RouterAway: the router of pool shared gives no answer");
        assertThat(CLUSTER.kubectl("get", "kvpin", "-n", namespace).mustSucceed())
                .containsPattern("READY +MODE +POOLS +BLOCKS +HELD +PINNED +EXPIRES")
                .containsPattern("prompt +False +Pin +\\[\"shared\"\\]");
        assertThat(pin(namespace).getStatus().pools().getFirst().problem()).contains("gives no answer");
    }

    @Test
    void oneThatHasExpiredSaysSoAndIsReconsideredWhenItIsChanged() {
        // Given
        var namespace = CLUSTER.namespace();
        pin(namespace, "tokens: [1]\n  expiresAt: \"2020-01-01T00:00:00Z\"");
        awaitCondition(namespace, "Ready", "False Expired: it expired at 2020-01-01T00:00:00Z");
        awaitCondition(namespace, "Degraded", "False AsExpected");
        // When
        pin(namespace, "tokens: [1]\n  expiresAt: \"2120-01-01T00:00:00Z\"");
        // Then
        awaitCondition(namespace, "Ready", "False PoolMissing");
    }

    @Test
    void aPinAtRestIsNotWrittenAndADeletedOneIsGone() {
        // Given
        var namespace = CLUSTER.namespace();
        pin(namespace, "tokens: [1]");
        awaitCondition(namespace, "Ready", "False PoolMissing");
        var version = pin(namespace).getMetadata().getResourceVersion();
        // Then it is looked after again without a write
        Awaitility.await()
                .during(Duration.ofSeconds(12))
                .atMost(Duration.ofSeconds(20))
                .until(() -> pin(namespace).getMetadata().getResourceVersion().equals(version));
        assertThat(pin(namespace).getMetadata().getFinalizers()).isEmpty();
        // When
        CLUSTER.kubectl("delete", "kvpin", "prompt", "-n", namespace, "--timeout=30s")
                .mustSucceed();
        // Then
        assertThat(client().resources(PrefixPin.class)
                        .inNamespace(namespace)
                        .list()
                        .getItems())
                .isEmpty();
    }
}
