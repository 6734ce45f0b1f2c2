package dev.kvcachepool.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** {@code bin/kvp} beside a real cache-node and a real broker. */
class KvpIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int CHUNKS = 3;

    private static final byte[] VALUE = "value".getBytes(StandardCharsets.UTF_8);

    private final String pool = Fixture.newPool();
    private final String kafka = Fixture.broker().address();

    @Test
    void showsWhatANodeAdvertises() throws Exception {
        try (var node = Fixture.cacheNode("n0", "--kafka", kafka, "--pool", pool);
                var redis = Fixture.jedis(node);
                var table = Fixture.reader(Fixture.broker(), pool)) {
            // Given chunks stored while the node advertises already: their rows tell how long they took
            redis.set(Chunks.key(0), VALUE);
            await().atMost(PATIENCE).until(() -> table.ready() && table.index().pairs() == 1);
            for (int number = 1; number < CHUNKS; number++) {
                redis.set(Chunks.key(number), VALUE);
            }
            await().atMost(PATIENCE).until(() -> table.index().pairs() == CHUNKS);

            // When
            var dump = kvp("dump", "-o", "json");
            var lag = kvp("lag", "-o", "json");
            var text = kvp("dump", "--nodes");
            var tail = kvp("tail", "--from-start", "--holder", "n0", "--most", "2", "-o", "json");

            // Then
            var blocks = dump.lines("table", "blocks");
            assertThat(blocks).hasSize(CHUNKS);
            assertThat(blocks)
                    .extracting(line -> line.get("holderHash").asText())
                    .containsOnly("%016x".formatted(new HolderId("n0").hash()));
            assertThat(dump.lines("holder", "n0")).hasSize(1);
            var holder = lag.lines("holder", "n0").getFirst();
            assertThat(holder.get("rows").asInt()).isEqualTo(CHUNKS);
            assertThat(holder.get("state").asText()).isEqualTo("serving");
            assertThat(holder.get("p99Millis").asDouble()).isNotNegative();
            assertThat(text.out).contains("node  n0 cache-node serving").doesNotContain("block ");
            assertThat(tail.out.lines()).hasSize(2);
        }
    }

    @Test
    void mistakesAreOneLineAndAnExitStatus() throws Exception {
        // When
        var badFlag = kvp("dump", "-o", "xml");
        var noTopic = run("adverts", "dump", "--kafka", kafka, "--pool", "nobody");

        // Then
        assertThat(badFlag.status).isEqualTo(2);
        assertThat(badFlag.err).contains("xml");
        assertThat(noTopic.status).isEqualTo(1);
        assertThat(noTopic.err.lines()).hasSize(1);
        assertThat(noTopic.err).contains("kvcachepool.default.nobody.nodes is not there");
    }

    private record Run(int status, String out, String err) {
        List<JsonNode> lines(String field, String value) throws IOException {
            var lines = new ArrayList<JsonNode>();
            for (var line : out.lines().toList()) {
                var json = new ObjectMapper().readTree(line);
                if (json.path(field).asText().equals(value)) {
                    lines.add(json);
                }
            }
            return lines;
        }
    }

    private Run kvp(String command, String... flags) throws Exception {
        var all = new ArrayList<>(List.of("adverts", command, "--kafka", kafka, "--pool", pool));
        all.addAll(List.of(flags));
        return run(all.toArray(String[]::new));
    }

    private static Run run(String... arguments) throws Exception {
        var command = new ArrayList<>(List.of(Fixture.ROOT.resolve("bin/kvp").toString()));
        command.addAll(List.of(arguments));
        var err = Files.createTempFile("kvp", ".err");
        var process = new ProcessBuilder(command).redirectError(err.toFile()).start();
        var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return new Run(process.exitValue(), out, Files.readString(err));
    }
}
