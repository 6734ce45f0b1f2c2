package dev.kvcachepool.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvcachepool.e2e.kube.KubeApi;
import dev.kvcachepool.e2e.process.Program;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** From an engine's KV events over ZMQ, through a real broker, to a router's picks. Chunks of the pool have 512 tokens. */
class EngineEventsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int CHUNK = 512;
    private static final int[] PROMPT =
            IntStream.range(0, 5 * CHUNK).map(i -> i * 7 % 1000).toArray();

    private final HttpClient http = HttpClient.newHttpClient();
    private final String pool = Fixture.newPool();
    private final String broker = Fixture.broker().address();

    @Test
    void whatAnEngineHasItselfDrawsRequestsThroughGapsAndRestarts() throws Exception {
        // Given an engine that has said, before anyone listened, that it has three chunks, in each encoding one
        try (var engine = KvEventPublisher.start()) {
            engine.stored("publish", "maps", PROMPT, 0, CHUNK);
            engine.stored("publish", "arrays", PROMPT, CHUNK, 2 * CHUNK);
            engine.stored("publish", "batch-map", PROMPT, 2 * CHUNK, 3 * CHUNK);
            try (var node = Fixture.cacheNode(
                            "beside",
                            "--kafka",
                            broker,
                            "--pool",
                            pool,
                            "--host-size",
                            "64Mi",
                            "--engine-events",
                            engine.flag("holder"));
                    var router = router()) {
                node.await();
                // Then its endpoint is first
                awaitHeld(router, 3);
                assertThat(pick(router).at("/ranked/0/endpoint").asText()).isEqualTo("holder");
                assertThat(held(pick(router), "other")).isZero();

                // When a message is lost, then it is asked for
                engine.stored("miss", "maps", PROMPT, 3 * CHUNK, 4 * CHUNK);
                engine.stored("publish", "maps", PROMPT, 4 * CHUNK, 5 * CHUNK);
                awaitHeld(router, 5);

                // When a block in the middle of the second chunk goes, then the prefix ends before it
                engine.removed("arrays", CHUNK + CHUNK / 2);
                awaitHeld(router, 1);

                // When the engine is restarted, then its cache is another
                try (var next = engine.restarted()) {
                    awaitHeld(router, 0);
                    next.stored("publish", "maps", PROMPT, 0, 2 * CHUNK);
                    awaitHeld(router, 2);
                }
            }
        }
    }

    @Test
    @SuppressWarnings("try") // the first router ends in the middle
    void inAPooledPoolOneOfTheRoutersListensAndAnotherAfterIt() throws Exception {
        // Given
        try (var engine = KvEventPublisher.start();
                var node = Fixture.cacheNode(
                        "pooled", "--kafka", broker, "--pool", pool, "--host-size", "64Mi", "--placement", "Pooled")) {
            node.await();
            engine.stored("publish", "maps", PROMPT, 0, 3 * CHUNK);
            var flags = List.of("--placement", "Pooled", "--engine-events", engine.flag("holder"));
            try (var first = router(flags.toArray(String[]::new))) {
                awaitHeld(first, 3);
                try (var second = router(flags.toArray(String[]::new))) {
                    awaitHeld(second, 3);

                    // When the one that listens ends
                    first.close();
                    engine.stored("publish", "maps", PROMPT, 3 * CHUNK, 4 * CHUNK);

                    // Then the other one asks the engine for all that it has said
                    awaitHeld(second, 4);
                }
            }
        }
    }

    @Test
    void podsAreListenedToAsTheyComeAndGo() throws Exception {
        // Given an engine in a pod of a Deployment, whose name nobody knew beforehand
        try (var engine = KvEventPublisher.start();
                var api = KubeApi.start();
                var node = Fixture.cacheNode("pods", "--kafka", broker, "--pool", pool, "--host-size", "64Mi")) {
            node.await();
            engine.stored("publish", "maps", PROMPT, 0, 3 * CHUNK);
            var kubeconfig = api.writeKubeconfig(Fixture.work("kube"));
            try (var pods = new EnginePods(kubeconfig);
                    var router = Program.start(
                            Fixture.ROOT,
                            "router",
                            List.of(
                                    "--http-port",
                                    "0",
                                    "--listen-address",
                                    "127.0.0.1",
                                    "--kafka",
                                    broker,
                                    "--pool",
                                    pool,
                                    "--engine-selector",
                                    EnginePods.SELECTOR,
                                    "--engine-events-of-pods",
                                    engine.flagOfPods()),
                            Map.of("KUBECONFIG", kubeconfig.toString()),
                            Fixture.work("router").resolve("log"))) {
                pods.ready("engine-7c9f-abcde");
                // Then
                awaitHeld(router, "engine-7c9f-abcde", 3);

                // When another pod takes its place
                pods.delete("engine-7c9f-abcde");
                pods.ready("engine-7c9f-vwxyz");
                engine.stored("publish", "maps", PROMPT, 3 * CHUNK, 4 * CHUNK);
                // Then
                awaitHeld(router, "engine-7c9f-vwxyz", 4);
                assertThat(held(pick(router), "engine-7c9f-abcde")).isEqualTo(-1);
            }
        }
    }

    private Program router(String... more) {
        var flags = new java.util.ArrayList<>(List.of(
                "--kafka",
                broker,
                "--pool",
                pool,
                "--endpoint",
                "other=http://127.0.0.1:9",
                "--endpoint",
                "holder=http://127.0.0.1:9"));
        flags.addAll(List.of(more));
        return Fixture.router(flags.toArray(String[]::new));
    }

    private void awaitHeld(Program router, int chunks) {
        awaitHeld(router, "holder", chunks);
    }

    private void awaitHeld(Program router, String engine, int chunks) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(held(pick(router), engine)).isEqualTo(chunks));
    }

    private static int held(JsonNode answer, String endpoint) {
        for (var ranked : answer.path("ranked")) {
            if (ranked.path("endpoint").asText().equals(endpoint)) {
                return ranked.path("heldBlocks").asInt();
            }
        }
        return -1;
    }

    private JsonNode pick(Program router) throws Exception {
        var body =
                "{\"model\":\"%s\",\"follow\":false,\"tokens\":%s}".formatted(Fixture.MODEL, Arrays.toString(PROMPT));
        var request = HttpRequest.newBuilder(URI.create("http://" + router.address("http") + "/v1/pick"))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return JSON.readTree(
                http.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }
}
