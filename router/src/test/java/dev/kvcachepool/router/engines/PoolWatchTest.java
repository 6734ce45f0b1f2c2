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
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PoolWatchTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Endpoints endpoints =
            new Endpoints(List.of(), PrefillRates.computing(1000), System::nanoTime, RandomGenerator.getDefault());
    private FakeApi api;
    private PoolWatch watch;

    @BeforeEach
    void start() throws Exception {
        api = new FakeApi(0);
        api.pods = List.of(Pods.ready("a", "10.0.0.1", "w1"));
        var config = new ConfigBuilder(Config.empty())
                .withMasterUrl("http://127.0.0.1:" + api.port())
                .withNamespace("ns")
                .build();
        watch = new PoolWatch(new PoolReference("llama", ""), endpoints, () -> EngineWatch.client(config));
    }

    @AfterEach
    void stop() {
        watch.close();
        api.close();
    }

    @Test
    void thePodsOfThePoolAreEndpoints() {
        // Given
        api.pools = List.of(Pools.of(Map.of("app", "vllm"), 8000));

        // When
        watch.start();

        // Then
        awaitEndpoints("a");
        assertThat(api.asked)
                .anyMatch(
                        uri -> uri.getPath().equals("/apis/inference.networking.k8s.io/v1/namespaces/ns/inferencepools")
                                && uri.getQuery().contains("metadata.name=llama"));
        assertThat(api.asked).anyMatch(uri -> uri.getQuery().contains("labelSelector=app=vllm"));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(watch.get().selector()).isEqualTo("app=vllm"));
    }

    @Test
    void anotherWordOfThePoolReplacesItsEndpoints() {
        // Given
        api.pools = List.of(Pools.of(Map.of("app", "vllm"), 8000));
        watch.start();
        awaitEndpoints("a");

        // When
        api.poolEvent("MODIFIED", Pools.of(Map.of("app", "vllm"), 8000, 8001));

        // Then
        awaitEndpoints("a_8000", "a_8001");
    }

    @Test
    void withoutThePoolThereIsNobody() {
        // Given
        api.pools = List.of(Pools.of(Map.of("app", "vllm"), 8000));
        watch.start();
        awaitEndpoints("a");

        // When
        api.poolEvent("DELETED", Pools.of(Map.of("app", "vllm"), 8000));

        // Then
        awaitEndpoints();
        assertThat(watch.get().watching()).isFalse();
        assertThat(watch.get().problem()).isEqualTo("there is no InferencePool ns/llama");
    }

    @Test
    void aPoolThatComesLaterIsFollowed() {
        // Given
        watch.start();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(watch.get().problem()).contains("no InferencePool ns/llama"));

        // When
        api.poolEvent("ADDED", Pools.of(Map.of("app", "vllm"), 8000));

        // Then
        awaitEndpoints("a");
    }

    private void awaitEndpoints(String... names) {
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(endpoints.all()).extracting(Endpoint::name).containsExactly(names));
    }
}
