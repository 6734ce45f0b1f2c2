package dev.kvcachepool.operator.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.operator.probe.StrimziKafka.Listener;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Kafka resources as people write them, and as nobody should. */
class StrimziKafkaTest {
    private static final String KAFKA = """
        apiVersion: kafka.strimzi.io/v1
        kind: Kafka
        metadata: {name: events, generation: 3}
        spec:
          kafka:
            authorization: {type: simple}
            listeners:
              - {name: plain, port: 9092, type: internal, tls: false}
              - {name: tls, port: 9093, type: internal, tls: true, authentication: {type: tls}}
              - {name: scram, port: 9094, type: internal, tls: true, authentication: {type: scram-sha-512}}
              - {name: outside, port: 9095, type: route, tls: true, authentication: {type: scram-sha-512}}
        status:
          observedGeneration: 3
          conditions: [{type: Ready, status: "True"}]
          listeners:
            - {name: scram, bootstrapServers: "events-kafka-bootstrap.n.svc:9094"}
        """;

    private static final String BARE = "apiVersion: kafka.strimzi.io/v1\nkind: Kafka\nmetadata: {name: bare}\n";

    private static StrimziKafka kafka(String yaml) {
        return new StrimziKafka(new KubernetesSerialization().unmarshal(yaml, GenericKubernetesResource.class));
    }

    @Test
    void theBestListenerIsAnInternalOneWithTlsAndPasswords() {
        // When
        var listener = kafka(KAFKA).listener(null);
        // Then
        assertThat(listener)
                .contains(new Listener("scram", true, true, "scram-sha-512", "events-kafka-bootstrap.n.svc:9094"));
        assertThat(kafka(KAFKA).authorized()).isTrue();
    }

    @Test
    void theOneThatIsNamedIsTakenAndJudged() {
        // Given
        var kafka = kafka(KAFKA);
        // Then
        assertThat(kafka.listener("plain").orElseThrow().login()).isFalse();
        assertThat(kafka.listener("plain").orElseThrow().servers()).isNull();
        assertThat(kafka.listener("tls").orElseThrow().usable()).isFalse();
        assertThat(kafka.listener("none")).isEmpty();
        assertThat(kafka.told()).contains("plain (authentication none)", "tls (authentication tls)");
    }

    @Test
    void whatIsOddIsNoListener() {
        for (var rest : List.of(
                "",
                "spec: {kafka: {listeners: text}}",
                "spec: {kafka: {listeners: [1, null, [], text]}}\nstatus: {listeners: {name: a}}",
                "spec: {kafka: {listeners: [{name: 5, authentication: text}]}}\nstatus: {listeners: [{name: 5}]}")) {
            var kafka = kafka(BARE + rest);
            assertThat(kafka.listener("scram")).as(rest).isEmpty();
            assertThat(kafka.authorized()).isFalse();
            assertThat(kafka.told()).isNotEmpty();
        }
    }

    @Test
    void readyIsWhatStrimziSaysOfTheNewestForm() {
        // Given
        var ready = kafka(KAFKA).resource();
        // Then
        assertThat(StrimziKafka.notReady(ready)).isEmpty();
        assertThat(StrimziKafka.notReady(
                        kafka(KAFKA.replace("generation: 3}", "generation: 4}")).resource()))
                .contains("Strimzi has not seen its newest form yet");
        assertThat(StrimziKafka.notReady(kafka(KAFKA.replace(
                                "status: \"True\"}", "status: \"False\", reason: KafkaError, message: no broker}"))
                        .resource()))
                .contains("KafkaError: no broker");
        assertThat(StrimziKafka.notReady(kafka(BARE).resource())).contains("Strimzi has said nothing of it yet");
    }
}
