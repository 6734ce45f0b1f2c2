package dev.kvcachepool.e2e.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kvcachepool.e2e.Fixture;
import dev.kvcachepool.e2e.process.Program;
import dev.kvcachepool.prefixadvert.kafka.KafkaClients;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The engine's program beside real cache-nodes, broker and router, with a model that is small, but slower to compute than to read. */
class EngineIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> SHAPE = List.of(
            "--layers",
            "8",
            "--hidden",
            "256",
            "--mlp",
            "768",
            "--heads",
            "4",
            "--kv-heads",
            "2",
            "--vocabulary",
            "512");
    private static final String MODEL = "seeded-llama-8x256-768-4-2-512-7";
    private static final int VOCABULARY = 512;
    private static final int CHUNK = 64;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final List<Program> programs = new ArrayList<>();
    private final String pool = Fixture.newPool();

    @AfterEach
    void end() {
        programs.reversed().forEach(Program::close);
    }

    private Program engine(String... more) {
        var flags = new ArrayList<>(SHAPE);
        flags.addAll(List.of("--http-port", "0", "--chunk-tokens", String.valueOf(CHUNK), "--pool-timeout", "2s"));
        flags.addAll(List.of(more));
        var program = Program.start(
                Fixture.ROOT,
                "engine",
                flags,
                Map.of("KVP_JAVA_OPTS", ""),
                Fixture.work("engine").resolve("log"));
        programs.add(program);
        return program;
    }

    private Program node(String id, Path sockets, String... more) {
        var flags = new ArrayList<>(List.of(
                "--host-size",
                "64Mi",
                "--pool",
                pool,
                "--model",
                "name=" + MODEL + ",chunk-tokens=" + CHUNK + ",scheme=lmcache-blake3",
                "--resp-socket",
                sockets.resolve("resp.sock").toString(),
                "--memory-socket",
                sockets.resolve("memory.sock").toString()));
        flags.addAll(List.of(more));
        var program = Fixture.cacheNode(id, flags.toArray(String[]::new));
        programs.add(program);
        program.await();
        return program;
    }

    private static String[] at(Path sockets, String... more) {
        var flags = new ArrayList<>(List.of(
                "--resp-socket",
                sockets.resolve("resp.sock").toString(),
                "--memory-socket",
                sockets.resolve("memory.sock").toString()));
        flags.addAll(List.of(more));
        return flags.toArray(String[]::new);
    }

    private static EngineClient client(Program engine) {
        return new EngineClient(engine.address("http"), MODEL);
    }

    private int[] text(int length) {
        return Texts.random(random, length, VOCABULARY);
    }

    @Test
    void aConversationGoesOnFromTheNodeAfterTheEngineRestartedAndWithoutItAfterTheNodeDied() {
        // Given
        var sockets = Fixture.work("engine-sockets");
        var node = node("kv-1", sockets);
        var plain = client(engine());
        var first = engine(at(sockets));
        var prompt = text(300);
        var said = client(first).ask(prompt, 20, "");
        assertThat(said.tokens())
                .as("seed %d", seed)
                .isEqualTo(plain.ask(prompt, 20, "").tokens());
        var next = Texts.concat(prompt, Texts.of(said.tokens()), text(50));
        // 319 tokens are known: the answer's last one was never computed.
        await().atMost(PATIENCE).until(() -> client(first).ask(next, 1, "").prefixTokens() >= 256);
        first.close();

        // When
        var second = client(engine(at(sockets)));
        var resumed = second.ask(next, 20, "");

        // Then
        var expected = plain.ask(next, 20, "").tokens();
        assertThat(resumed.tokens()).as("seed %d", seed).isEqualTo(expected);
        assertThat(resumed.prefixTokens()).isGreaterThanOrEqualTo(256);
        assertThat(resumed.bytesRead()).isEqualTo(resumed.prefixTokens() * 2L * 8 * 128 * 4);

        // When the node is gone
        node.kill();

        // Then nothing is wrong but that nothing is read
        var alone = second.ask(next, 20, "");
        assertThat(alone.tokens()).as("seed %d", seed).isEqualTo(expected);
        assertThat(alone.prefixTokens()).isZero();
    }

    @Test
    void whatOneEngineStoredIsFoundByAnotherAtAnyPosition() throws Exception {
        // Given a router that follows what engines say they stored
        var broker = Fixture.broker().address();
        var topic = "engine-events-" + pool.replace('/', '-');
        try (var admin = KafkaClients.of(broker).admin()) {
            admin.createTopics(List.of(new NewTopic(topic, Optional.of(1), Optional.empty())))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
        var sockets = Fixture.work("engine-sockets");
        node("kv-1", sockets, "--kafka", broker);
        var router = Fixture.router(
                "--kafka",
                broker,
                "--pool",
                pool,
                "--lmcache-events-topic",
                topic,
                "--endpoint",
                "e=http://127.0.0.1:9");
        programs.add(router);
        var writer = client(engine(at(sockets, "--kafka", broker, "--lmcache-events-topic", topic)));
        var url = "http://" + router.address("http");
        var reader = client(engine(at(sockets, "--router-url", url, "--recompute-share", "1")));
        var a = text(2 * CHUNK);
        var b = text(3 * CHUNK);
        writer.ask(Texts.concat(a, b, text(20)), 1, "");
        var moved = Texts.concat(text(30), b, a, text(10));

        // When
        await().atMost(PATIENCE).untilAsserted(() -> {
            // Of another beginning each time, as what was computed before is a prefix to be read.
            var question = moved.clone();
            question[0] = random.nextInt(VOCABULARY);
            var answer = reader.ask(question, 12, "");

            // Then all of it was found, and as it was all computed anew the answer is that of an engine without a pool
            assertThat(answer.movedTokens()).as("seed %d", seed).isEqualTo(5 * CHUNK);
            assertThat(answer.recomputedTokens()).isEqualTo(5 * CHUNK);
            assertThat(answer.tokens())
                    .isEqualTo(writer.ask(question, 12, "another").tokens());
        });
        // And a tenant finds nothing of what another one stored
        assertThat(reader.ask(moved, 1, "tenant").movedTokens()).isZero();
    }
}
