package dev.kvcachepool.e2e.cluster;

import static dev.kvcachepool.e2e.cluster.OperatorFixture.CLUSTER;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.apply;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.await;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.awaitCondition;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.client;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.condition;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.events;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.e2e.Fixture;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;

/** What goes wrong around a pool shows in its conditions within seconds, says the next step, and heals alone. */
class OperatorTroubleIT {
    private static final String ROLE = "kvcachepool-operator";

    private static String spec(String adverts) {
        return """
                replicas: 1
                tiers: {host: {size: 1Gi}}
                adverts: {%s}
                """.formatted(adverts);
    }

    private static Admin admin(String address) {
        return Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, address));
    }

    @Test
    void theTopicsAreMadeAsTheTablesNeedThem() throws Exception {
        // Given
        var namespace = CLUSTER.namespace();
        var broker = Fixture.broker().address();
        // When
        apply(namespace, "shared", spec("bootstrapServers: '" + broker + "', partitions: 3, replication: 1"));
        // Then
        awaitCondition(namespace, "shared", "AdvertsPublishing", "True");
        try (var admin = admin(broker)) {
            var name = "kvcachepool." + namespace + ".shared.blocks";
            var topic =
                    admin.describeTopics(List.of(name)).allTopicNames().get().get(name);
            var resource = new ConfigResource(ConfigResource.Type.TOPIC, name);
            var config = admin.describeConfigs(List.of(resource)).all().get().get(resource);
            assertThat(topic.partitions()).hasSize(3);
            assertThat(config.get("cleanup.policy").value()).isEqualTo("compact");
            assertThat(config.get("message.timestamp.type").value()).isEqualTo("LogAppendTime");
        }
    }

    @Test
    void aTopicOfTheWrongKindIsNamed() throws Exception {
        // Given
        var namespace = CLUSTER.namespace();
        var broker = Fixture.broker().address();
        var topic = namespace + "-nodes";
        try (var admin = admin(broker)) {
            admin.createTopics(List.of(new NewTopic(topic, Optional.of(1), Optional.of((short) 1))))
                    .all()
                    .get();
        }
        // When
        apply(
                namespace,
                "shared",
                spec("bootstrapServers: '" + broker + "', topics: {nodes: " + topic + ", blocks: " + namespace
                        + "-blocks}"));
        // Then
        awaitCondition(namespace, "shared", "AdvertsPublishing", "False TopicMisconfigured: topic " + topic);
        assertThat(condition(namespace, "shared", "AdvertsPublishing"))
                .contains("cleanup.policy=delete, it must be compact")
                .contains("name other topics in spec.adverts.topics");
        awaitCondition(namespace, "shared", "Ready", "True");

        // When it is one that the pool moves to
        apply(
                namespace,
                "moving",
                spec("bootstrapServers: '" + broker + "', next: {nodes: " + namespace + "-2, blocks: " + topic
                        + ", partitions: 8}"));
        // Then
        awaitCondition(namespace, "moving", "AdvertsPublishing", "False TopicMisconfigured: topic " + topic);
        assertThat(condition(namespace, "moving", "AdvertsPublishing"))
                .contains("name other topics in spec.adverts.next");
    }

    /** Settings that were right a moment ago are not asked for again, but those of another topic of that name are. */
    @Test
    void aTopicThatWasMadeAnewIsLookedAtAgain() throws Exception {
        // Given
        var namespace = CLUSTER.namespace();
        var broker = Fixture.broker().address();
        var topic = namespace + "-nodes";
        apply(
                namespace,
                "shared",
                spec("bootstrapServers: '" + broker + "', topics: {nodes: " + topic + ", blocks: " + namespace
                        + "-blocks}"));
        awaitCondition(namespace, "shared", "AdvertsPublishing", "True");
        // When
        try (var admin = admin(broker)) {
            await("it is another topic").ignoreExceptions().until(() -> {
                admin.deleteTopics(List.of(topic)).all().get();
                admin.createTopics(List.of(new NewTopic(topic, Optional.of(1), Optional.of((short) 1))))
                        .all()
                        .get();
                return true;
            });
        }
        // Then
        awaitCondition(namespace, "shared", "AdvertsPublishing", "False TopicMisconfigured: topic " + topic);
    }

    @Test
    void kafkaAwayIsSaidAndHeals() {
        // Given
        var namespace = CLUSTER.namespace();
        try (var broker = Fixture.newBroker(Map.of())) {
            apply(namespace, "shared", spec("bootstrapServers: '" + broker.address() + "'"));
            awaitCondition(namespace, "shared", "AdvertsPublishing", "True");
            // When
            broker.stop();
            // Then
            awaitCondition(
                    namespace,
                    "shared",
                    "AdvertsPublishing",
                    "False KafkaUnreachable: Kafka at " + broker.address() + " (spec.adverts.bootstrapServers)");
            awaitCondition(namespace, "shared", "Degraded", "True KafkaUnreachable");
            awaitCondition(namespace, "shared", "Ready", "True");
            broker.start();
            awaitCondition(namespace, "shared", "AdvertsPublishing", "True");
            awaitCondition(namespace, "shared", "Degraded", "False");
        }
    }

    @Test
    void aMissingSecretIsNamedAndItsComingNoticed() {
        // Given
        var namespace = CLUSTER.namespace();
        apply(
                namespace,
                "shared",
                spec("bootstrapServers: '" + Fixture.broker().address() + "', saltKeySecretRef: {name: salt}"));
        awaitCondition(
                namespace,
                "shared",
                "Degraded",
                "True SecretMissing: Secret " + namespace
                        + "/salt, which spec.adverts.saltKeySecretRef names, does not exist: create it with the key saltKey");
        // When
        CLUSTER.kubectl("create", "secret", "generic", "salt", "--from-literal=saltKey=x", "-n", namespace)
                .mustSucceed();
        // Then
        awaitCondition(namespace, "shared", "Degraded", "False");
        awaitCondition(namespace, "shared", "AdvertsPublishing", "True");
        await("the Event is there")
                .untilAsserted(() -> assertThat(events(namespace, "shared", "ConditionChanged"))
                        .anySatisfy(message -> assertThat(message).startsWith("Degraded is True (SecretMissing)")));
    }

    @Test
    void whatTheRouterNeedsAndIsMissingIsNamedAndItsComingNoticed() {
        // Given
        var namespace = CLUSTER.namespace();
        var broker = Fixture.broker().address();
        apply(namespace, "shared", spec("bootstrapServers: '" + broker + "'") + """
                router:
                  gateway: {tls: Secret, tlsSecretRef: {name: picker}}
                  tokenizers:
                    - {model: a, configMapRef: {name: words}}
                    - {model: b, claimRef: {name: models}}
                """);
        awaitCondition(
                namespace,
                "shared",
                "Degraded",
                "True SecretMissing: Secret " + namespace
                        + "/picker, which spec.router.gateway.tlsSecretRef names, does not exist: create it with the key tls.crt");
        assertThat(condition(namespace, "shared", "Degraded"))
                .contains("ConfigMap " + namespace + "/words, which spec.router.tokenizers names, does not exist")
                .contains("PersistentVolumeClaim " + namespace + "/models, which spec.router.tokenizers names");
        awaitCondition(namespace, "shared", "AdvertsPublishing", "True");
        // When
        CLUSTER.kubectl(
                        "create",
                        "secret",
                        "generic",
                        "picker",
                        "--from-literal=tls.crt=x",
                        "--from-literal=tls.key=x",
                        "-n",
                        namespace)
                .mustSucceed();
        CLUSTER.kubectl("create", "configmap", "words", "--from-literal=tokenizer.json={}", "-n", namespace)
                .mustSucceed();
        CLUSTER.kubectlWith("""
                        apiVersion: v1
                        kind: PersistentVolumeClaim
                        metadata: {name: models}
                        spec: {accessModes: [ReadOnlyMany], resources: {requests: {storage: 1Gi}}}
                        """, "apply", "-n", namespace, "-f", "-").mustSucceed();
        // Then
        await("the files are seen")
                .untilAsserted(() -> assertThat(condition(namespace, "shared", "Degraded"))
                        .doesNotContain("picker", "words", "spec.router.tokenizers"));
    }

    @Test
    void aRightThatIsMissingIsNamedAndItsComingNoticed() {
        // Given
        var namespace = CLUSTER.namespace();
        OperatorFixture.operator();
        var roles = client().rbac().clusterRoles();
        var shipped = roles.withName(ROLE).require();
        try {
            roles.withName(ROLE)
                    .edit(role -> new ClusterRoleBuilder(role)
                            .editMatchingRule(rule -> rule.getResources().contains("poddisruptionbudgets"))
                            .withVerbs("get", "list", "watch")
                            .endRule()
                            .build());
            // When
            apply(namespace, "shared", spec("bootstrapServers: '127.0.0.1:9'"));
            // Then
            awaitCondition(
                    namespace,
                    "shared",
                    "Degraded",
                    "True Forbidden: the operator may not apply the" + " disruption budget");
            assertThat(condition(namespace, "shared", "Degraded")).contains("give its ServiceAccount the ClusterRole");
        } finally {
            roles.withName(ROLE)
                    .edit(role -> new ClusterRoleBuilder(role)
                            .withRules(shipped.getRules())
                            .build());
        }
        awaitCondition(namespace, "shared", "Ready", "True");
        await("the budget is there")
                .until(() -> client().policy()
                                .v1()
                                .podDisruptionBudget()
                                .inNamespace(namespace)
                                .withName("shared")
                                .get()
                        != null);
    }

    @Test
    void aChildsNameThatIsTakenIsNamedAndThePoolHealsWhenItIsFree() {
        // Given a Service of somebody, and a pool whose router has the name that another pool's nodes would have
        var namespace = CLUSTER.namespace();
        var away = spec("bootstrapServers: '127.0.0.1:9'");
        CLUSTER.kubectl("create", "service", "clusterip", "shared", "--tcp=80", "-n", namespace)
                .mustSucceed();
        apply(namespace, "one", away);
        awaitCondition(namespace, "one", "Ready", "True");
        // When
        apply(namespace, "shared", away);
        apply(namespace, "one-router", away);
        // Then
        awaitCondition(
                namespace,
                "shared",
                "Degraded",
                "True NameTaken: Service shared is there already and was not made by the operator: delete it");
        awaitCondition(namespace, "one-router", "Degraded", "True NameTaken");
        assertThat(condition(namespace, "one-router", "Degraded"))
                .contains("Service one-router is there already and belongs to KVCachePool one: delete it, or give the"
                        + " pool another name");
        awaitCondition(namespace, "one", "Ready", "True");
        CLUSTER.kubectl("delete", "service/shared", "-n", namespace).mustSucceed();
        awaitCondition(namespace, "shared", "Ready", "True");
    }
}
