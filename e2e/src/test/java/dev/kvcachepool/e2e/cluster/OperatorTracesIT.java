package dev.kvcachepool.e2e.cluster;

import static dev.kvcachepool.e2e.cluster.OperatorFixture.apply;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.await;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.client;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.e2e.Fixture;
import dev.kvcachepool.e2e.observe.TraceCollector;
import dev.kvcachepool.e2e.observe.TraceCollector.Received;
import io.fabric8.kubernetes.api.model.EnvVar;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The operator's spans, and what it tells a pool's programs of theirs. */
class OperatorTracesIT {

    @Test
    void reconcilingAPoolIsASpanWithWhatWasDone() throws Exception {
        // Given
        var namespace = RealCluster.get().namespace();

        // When
        apply(namespace, "traced", """
                replicas: 1
                tiers: {host: {size: 64Mi}}
                adverts: {bootstrapServers: "%s", replication: 1}
                observability: {traces: {endpoint: "http://collector.monitoring:4318", sampledPercent: 5}}
                """.formatted(Fixture.broker().address()));
        await("a span of it")
                .until(() -> spans(namespace).anyMatch(span -> !span.events().isEmpty()));

        // Then
        var span = spans(namespace)
                .filter(each -> !each.events().isEmpty())
                .findFirst()
                .orElseThrow();
        assertThat(span.attributes())
                .containsEntry("kvcachepool.controller", "kvcachepool")
                .containsEntry("kvcachepool.resource", "traced");
        assertThat(span.resource()).containsEntry("service.name", "kvcachepool-operator");
        assertThat(router(namespace))
                .contains("OTEL_EXPORTER_OTLP_ENDPOINT=http://collector.monitoring:4318")
                .contains("OTEL_TRACES_SAMPLER_ARG=0.05");
    }

    private static Stream<Received> spans(String namespace) {
        return TraceCollector.shared().spans().stream()
                .filter(span -> namespace.equals(span.attributes().get("k8s.namespace.name")));
    }

    private static Stream<String> router(String namespace) {
        var router = await("the router's Deployment")
                .until(
                        () -> client().apps()
                                .deployments()
                                .inNamespace(namespace)
                                .withName("traced-router")
                                .get(),
                        there -> there != null);
        return router.getSpec().getTemplate().getSpec().getContainers().getFirst().getEnv().stream()
                .filter(variable -> variable.getValue() != null)
                .map((EnvVar variable) -> variable.getName() + "=" + variable.getValue());
    }
}
