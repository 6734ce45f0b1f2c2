package dev.kvcachepool.e2e.cluster;

import static dev.kvcachepool.e2e.cluster.OperatorFixture.CLUSTER;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.apply;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.await;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.awaitCondition;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.e2e.Fixture;
import org.junit.jupiter.api.Test;

/** Pools whose Kafka is Strimzi's: its definitions on a real API server, its operators' statuses by a {@link StrimziStandIn}. */
class StrimziIT {
    private static String spec(String adverts) {
        return """
            replicas: 1
            tiers: {host: {size: 1Gi}}
            adverts: {strimzi: {cluster: events}%s}
            """.formatted(adverts);
    }

    @Test
    void whatIsMissingIsSaidStepByStepUntilCacheNodesCanLogIn() {
        // Given a cluster without Strimzi
        StrimziStandIn.uninstall();
        var namespace = CLUSTER.namespace();
        var strimzi = new StrimziStandIn(namespace);
        var topic = "kvcachepool." + namespace + ".shared.";
        // When
        apply(namespace, "shared", spec(""));
        // Then
        awaitCondition(namespace, "shared", "Degraded", "True StrimziMissing: spec.adverts.strimzi is given");
        assertThat(strimzi.get("statefulset/shared")).isEmpty();

        // When
        StrimziStandIn.install();
        // Then
        awaitCondition(
                namespace,
                "shared",
                "Degraded",
                "True KafkaMissing: Kafka " + namespace + "/events, which spec.adverts");

        // When
        strimzi.kafka("events", "{name: tls, port: 9093, type: internal, tls: true, authentication: {type: tls}}");
        // Then
        awaitCondition(namespace, "shared", "Degraded", "True ListenerUnusable");

        // When
        strimzi.kafka(
                "events",
                "{name: scram, port: 9094, type: internal, tls: true, authentication: {type: scram-sha-512}}");
        // Then
        awaitCondition(namespace, "shared", "AdvertsPublishing", "False KafkaNotReady");
        assertThat(strimzi.get("kafkatopic/" + topic + "blocks"))
                .contains("strimzi.io/cluster: events", "cleanup.policy: compact", "partitions: 4");
        assertThat(strimzi.get("kafkauser/shared-adverts"))
                .contains("type: scram-sha-512", "name: " + topic + "nodes", "type: simple");

        // When
        strimzi.listens("events", "scram", "127.0.0.1:9");
        strimzi.failed("kafkauser/shared-adverts", "InvalidResource", "no such quota");
        // Then
        awaitCondition(
                namespace,
                "shared",
                "Degraded",
                "True KafkaUserNotReady: KafkaUser shared-adverts is not ready (InvalidResource: no such quota)");
        assertThat(strimzi.get("statefulset/shared")).isEmpty();

        // When
        strimzi.userReady("shared-adverts");
        // Then
        await("cache-nodes are made")
                .untilAsserted(() -> assertThat(strimzi.get("statefulset/shared"))
                        .contains(
                                "name: KVP_KAFKA_USERNAME",
                                "value: shared-adverts",
                                "secretName: events-cluster-ca-cert"));
        assertThat(strimzi.get("configmap/shared-config"))
                .contains(
                        "KVP_KAFKA: 127.0.0.1:9", "KVP_KAFKA_SASL_MECHANISM: SCRAM-SHA-512", "KVP_KAFKA_TLS: \"true\"");

        // When
        strimzi.ready("kafkatopic/" + topic + "nodes");
        strimzi.ready("kafkatopic/" + topic + "blocks");
        // Then it wants to look at the topics itself
        awaitCondition(
                namespace,
                "shared",
                "Degraded",
                "True SecretMissing: Secret " + namespace + "/shared-adverts, which spec.adverts.strimzi names");
    }

    @Test
    void aTopicThatIsNotReadyIsSaidAndHealsAndIsSharedByPools() {
        // Given
        StrimziStandIn.install();
        var namespace = CLUSTER.namespace();
        var strimzi = new StrimziStandIn(namespace);
        strimzi.kafka("events", "{name: plain, port: 9092, type: internal, tls: false}");
        strimzi.listens("events", "plain", Fixture.broker().address());
        var nodes = "kafkatopic/" + namespace + "-nodes";
        var blocks = "kafkatopic/" + namespace + "-blocks";
        var adverts = ", replication: 1, topics: {nodes: " + namespace + "-nodes, blocks: " + namespace + "-blocks}";
        // When
        apply(namespace, "one", spec(adverts));
        // Then
        awaitCondition(namespace, "one", "AdvertsPublishing", "False KafkaTopicNotReady");
        strimzi.ready(nodes);
        strimzi.failed(blocks, "KafkaError", "replication factor 1 is below the least");
        awaitCondition(
                namespace,
                "one",
                "AdvertsPublishing",
                "False KafkaTopicNotReady: KafkaTopic " + namespace
                        + "-blocks is not ready (KafkaError: replication factor 1 is below the least)");
        awaitCondition(namespace, "one", "Ready", "True");

        // When
        strimzi.ready(blocks);
        // Then
        awaitCondition(namespace, "one", "AdvertsPublishing", "True");
        awaitCondition(namespace, "one", "Degraded", "False");
        assertThat(strimzi.get("kafkauser/one-adverts")).isEmpty();

        // When somebody changes it
        CLUSTER.kubectl("patch", blocks, "-n", namespace, "--type=merge", "-p", "{\"spec\": {\"partitions\": 9}}")
                .mustSucceed();
        // Then
        await("it is as it shall be")
                .untilAsserted(() -> assertThat(strimzi.get(blocks)).contains("partitions: 4"));

        // When another pool has the same topics, and the first goes
        apply(namespace, "two", spec(adverts));
        await("both own it").untilAsserted(() -> assertThat(strimzi.get(blocks)).contains("name: one", "name: two"));
        CLUSTER.kubectl("delete", "kvp/one", "-n", namespace).mustSucceed();
        // Then
        await("it is the other's").untilAsserted(() -> {
            assertThat(strimzi.get("statefulset/one")).isEmpty();
            assertThat(strimzi.get(blocks)).contains("name: two").doesNotContain("name: one");
        });
        awaitCondition(namespace, "two", "AdvertsPublishing", "True");
    }
}
