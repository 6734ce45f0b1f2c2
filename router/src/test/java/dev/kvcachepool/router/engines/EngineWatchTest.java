package dev.kvcachepool.router.engines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kvcachepool.router.endpoint.Endpoint;
import dev.kvcachepool.router.endpoint.Endpoints;
import dev.kvcachepool.router.prefill.PrefillRates;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EngineWatchTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Endpoints endpoints =
            new Endpoints(List.of(), PrefillRates.computing(1000), System::nanoTime, RandomGenerator.getDefault());
    private final FakeApi api;
    private final EngineWatch watch;

    EngineWatchTest() throws Exception {
        api = new FakeApi(0);
        watch = watch(api.port());
    }

    @AfterEach
    void stop() {
        watch.close();
        api.close();
    }

    @Test
    void listsThenWatches() {
        // Given
        api.pods = List.of(Pods.ready("a", "10.0.0.1", "w1"), Pods.ready("b", "10.0.0.2", "w2"));
        watch.start();
        awaitEndpoints("a", "b");

        // When
        api.event("ADDED", Pods.ready("c", "10.0.0.3", "w1"));
        api.event("DELETED", Pods.ready("a", "10.0.0.1", "w1"));

        // Then
        awaitEndpoints("b", "c");
        assertThat(watch.get().watching()).isTrue();
        assertThat(watch.get().problem()).isEmpty();
        assertThat(api.asked.getFirst().getPath()).isEqualTo("/api/v1/namespaces/ns/pods");
        assertThat(api.asked.getFirst().getQuery()).contains("labelSelector=app=vllm,tier in (a,b)");
    }

    @Test
    void aRefusalIsToldAndHealsAlone() {
        // Given
        api.forbidden = true;
        api.pods = List.of(Pods.ready("a", "10.0.0.1", "w1"));
        watch.start();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(watch.get().problem()).contains("pods is forbidden"));
        assertThat(watch.get().watching()).isFalse();

        // When
        api.forbidden = false;

        // Then
        awaitEndpoints("a");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(watch.get().watching()).isTrue());
    }

    @Test
    void endpointsStayWhileTheServerIsAwayAndAreBroughtUpToDateOnceItIsBack() throws Exception {
        // Given
        api.pods = List.of(Pods.ready("a", "10.0.0.1", "w1"), Pods.ready("b", "10.0.0.2", "w1"));
        watch.start();
        awaitEndpoints("a", "b");
        api.close();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(watch.get().watching()).isFalse());
        assertThat(watch.get().problem()).isNotEmpty();
        assertThat(endpoints.all()).hasSize(2);

        // When
        try (var back = new FakeApi(api.port())) {
            back.pods = List.of(Pods.ready("b", "10.0.0.2", "w1"), Pods.ready("c", "10.0.0.3", "w1"));
            back.event("DELETED", Pods.ready("a", "10.0.0.1", "w1"));
            back.event("ADDED", Pods.ready("c", "10.0.0.3", "w1"));

            // Then
            awaitEndpoints("b", "c");
        }
    }

    private void awaitEndpoints(String... names) {
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(endpoints.all()).extracting(Endpoint::name).containsExactly(names));
    }

    private EngineWatch watch(int port) {
        var config = new ConfigBuilder(Config.empty())
                .withMasterUrl("http://127.0.0.1:" + port)
                .withNamespace("elsewhere")
                .build();
        var selection = new EngineSelection("app=vllm,tier in (a,b)", "ns", List.of(8000));
        return new EngineWatch(selection, endpoints, () -> EngineWatch.client(config));
    }
}
