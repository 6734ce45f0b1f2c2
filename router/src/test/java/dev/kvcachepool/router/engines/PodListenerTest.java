package dev.kvcachepool.router.engines;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.router.endpoint.Endpoint;
import dev.kvcachepool.router.endpoint.EndpointSpec;
import dev.kvcachepool.router.endpoint.Endpoints;
import dev.kvcachepool.router.endpoint.NodeRef;
import dev.kvcachepool.router.endpoint.Origin;
import dev.kvcachepool.router.prefill.PrefillRates;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.net.URI;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PodListenerTest {
    private final Endpoints endpoints = new Endpoints(
            List.of(EndpointSpec.parse("fixed=http://h:1")),
            PrefillRates.computing(1000),
            System::nanoTime,
            RandomGenerator.getDefault());
    private final PodListener listener = new PodListener(endpoints, List.of(8000));
    private final Pod ready = Pods.ready("engine-0", "10.0.0.7", "worker-1");

    @Test
    void aReadyPodIsAnEndpointJoinedByItsKubernetesNode() {
        // When
        listener.onAdd(ready);

        // Then
        assertThat(endpoints.named("engine-0").map(Endpoint::spec))
                .contains(new EndpointSpec(
                        "engine-0",
                        URI.create("http://10.0.0.7:8000"),
                        new NodeRef.KubernetesNode("worker-1"),
                        "worker-1",
                        Origin.POD));
    }

    @Test
    void anAnnotationNamesAnotherCacheNode() {
        // When
        listener.onAdd(new PodBuilder(ready)
                .editMetadata()
                .addToAnnotations("kvcachepool.dev/cache-node", " p-3 ")
                .endMetadata()
                .build());

        // Then
        var spec = endpoints.named("engine-0").orElseThrow().spec();
        assertThat(spec.cacheNode()).isEqualTo(new NodeRef.Named("p-3"));
        assertThat(spec.kubernetesNode()).isEqualTo("worker-1");
    }

    @Test
    void anEngineWithASidecarHasTheCacheNodeOfItsOwnPod() {
        // When
        listener.onAdd(new PodBuilder(ready)
                .editMetadata()
                .addToLabels("kvcachepool.dev/sidecar-of", "beside")
                .endMetadata()
                .build());

        // Then
        assertThat(endpoints.named("engine-0").orElseThrow().spec().cacheNode())
                .isEqualTo(new NodeRef.Named("engine-0"));
    }

    @Test
    void anAddressOfIpv6StandsInBrackets() {
        // When
        listener.onAdd(Pods.ready("engine-0", "fd00::7", "worker-1"));

        // Then
        assertThat(endpoints.named("engine-0").orElseThrow().spec().url())
                .isEqualTo(URI.create("http://[fd00::7]:8000"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"not ready", "no condition", "terminating", "no address", "no status"})
    void aPodThatCannotServeIsNone(String state) {
        // Given
        listener.onAdd(ready);

        // When
        listener.onUpdate(ready, in(state));

        // Then
        assertThat(endpoints.all()).extracting(Endpoint::name).containsExactly("fixed");
    }

    @Test
    void itComesBackOnceItIsReadyAgain() {
        // Given
        listener.onAdd(ready);
        listener.onUpdate(ready, in("not ready"));

        // When
        listener.onUpdate(in("not ready"), ready);

        // Then
        assertThat(endpoints.named("engine-0")).isPresent();
    }

    @Test
    void anotherAddressReplacesIt() {
        // Given
        listener.onAdd(ready);

        // When
        listener.onUpdate(ready, Pods.ready("engine-0", "10.0.0.8", "worker-2"));

        // Then
        var spec = endpoints.named("engine-0").orElseThrow().spec();
        assertThat(spec.host()).isEqualTo("10.0.0.8");
        assertThat(spec.kubernetesNode()).isEqualTo("worker-2");
    }

    @Test
    void aDeletedPodIsGone() {
        // Given
        listener.onAdd(ready);

        // When
        listener.onDelete(ready, true);

        // Then
        assertThat(endpoints.named("engine-0")).isEmpty();
    }

    @Test
    void aPodWithTheNameOfAFlagChangesNothing() {
        // When
        listener.onAdd(Pods.ready("fixed", "10.0.0.9", "worker-1"));
        listener.onDelete(Pods.ready("fixed", "10.0.0.9", "worker-1"), false);

        // Then
        assertThat(endpoints.named("fixed").orElseThrow().spec().host()).isEqualTo("h");
    }

    @Test
    void eachPortIsAnEndpointUnlessThePodSaysWhichServe() {
        // Given
        var ranks = new PodListener(endpoints, List.of(8000, 8001, 8002));
        ranks.onAdd(ready);
        assertThat(endpoints.all())
                .extracting(Endpoint::name)
                .containsExactly("fixed", "engine-0_8000", "engine-0_8001", "engine-0_8002");

        // When
        var some = new PodBuilder(ready)
                .editMetadata()
                .addToAnnotations("inference.networking.k8s.io/active-ports", "8001, 9000,x")
                .endMetadata()
                .build();
        ranks.onUpdate(ready, some);

        // Then
        assertThat(endpoints.all()).extracting(Endpoint::name).containsExactly("fixed", "engine-0_8001");
        assertThat(ranks.names()).containsExactly("engine-0_8001");
    }

    private Pod in(String state) {
        return switch (state) {
            case "not ready" ->
                new PodBuilder(ready)
                        .editStatus()
                        .editFirstCondition()
                        .withStatus("False")
                        .endCondition()
                        .endStatus()
                        .build();
            case "no condition" ->
                new PodBuilder(ready).editStatus().withConditions().endStatus().build();
            case "terminating" ->
                new PodBuilder(ready)
                        .editMetadata()
                        .withDeletionTimestamp("2026-01-01T00:00:00Z")
                        .endMetadata()
                        .build();
            case "no address" ->
                new PodBuilder(ready).editStatus().withPodIP(null).endStatus().build();
            default -> new PodBuilder(ready).withStatus(null).build();
        };
    }
}
