package dev.kvcachepool.e2e.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvcachepool.e2e.Fixture;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** The demo, shortened, and whether it notices when what it claims is not so. Timings are never asserted. */
class DemoIT {

    private record Run(int status, String output, JsonNode json, String html) {
        double hitRatio(String policy) {
            return ratio(policy, "hitRatio");
        }

        double ratio(String policy, String name) {
            return StreamSupport.stream(json.path("passes").spliterator(), false)
                    .filter(pass -> pass.path("policy").asText().equals(policy))
                    .findFirst()
                    .orElseThrow()
                    .path(name)
                    .asDouble();
        }
    }

    @Test
    void aShortDemoSteersAndFetchesNoWrongByte() throws Exception {
        // When
        var run = demo("--trace", "synthetic", "--requests", "150");

        // Then
        assertThat(run.json().fieldNames())
                .toIterable()
                .containsExactly(
                        "trace",
                        "requests",
                        "nodes",
                        "blockBytes",
                        "hostBytesPerNode",
                        "speed",
                        "peers",
                        "passes",
                        "idealHitRatio",
                        "wrongBytes",
                        "advertLagP99Ms",
                        "applyToReadyMs",
                        "childrenWritten");
        assertThat(run.json().path("passes").get(0).fieldNames())
                .toIterable()
                .containsExactly(
                        "policy",
                        "hitRatio",
                        "localHitRatio",
                        "peerHitRatio",
                        "ttftMeanMs",
                        "ttftP50Ms",
                        "ttftP99Ms",
                        "bytesStored",
                        "bytesFetched");
        assertThat(run.json().path("wrongBytes").asLong()).as(run.output()).isZero();
        assertThat(run.json().path("advertLagP99Ms").asDouble()).isPositive();
        assertThat(run.hitRatio("adverts"))
                .as(run.output())
                .isGreaterThan(1.5 * run.hitRatio("round-robin"))
                .isLessThanOrEqualTo(run.json().path("idealHitRatio").asDouble());
        assertThat(run.json().path("childrenWritten").asInt()).isEqualTo(11);
        assertThat(run.json().path("applyToReadyMs").asLong()).isPositive();
        assertThat(run.output())
                .contains("adverts", "infinite cache")
                .containsPattern("scaled a Pooled pool 2 -> 3 -> 2 under load: .* 0 wrong values")
                .contains("deleted the pools: nothing of them is left")
                .doesNotContain("had no answer");
        assertThat(ProcessHandle.current().descendants().map(ProcessHandle::info))
                .as("processes that the demo left")
                .noneMatch(process -> process.commandLine().orElse("").contains("quarkus-run"));
        assertThat(run.html()).contains("<svg", "least-loaded");
    }

    @Test
    void nodesThatReadFromOneAnotherAddTheirHitsToTheLocalOnes() throws Exception {
        // When
        var run = demo("--trace", "synthetic", "--requests", "150", "--peers", "--against", "round-robin");

        // Then: how many depends on how busy the machine is, as a peer that is late is a miss
        assertThat(run.json().path("wrongBytes").asLong()).as(run.output()).isZero();
        var policies = List.of("round-robin", "adverts");
        assertThat(policies.stream()
                        .mapToDouble(policy -> run.ratio(policy, "peerHitRatio"))
                        .sum())
                .as(run.output())
                .isPositive();
        assertThat(policies)
                .allSatisfy(policy -> assertThat(run.hitRatio(policy))
                        .isGreaterThanOrEqualTo(run.ratio(policy, "localHitRatio"))
                        .isLessThanOrEqualTo(run.json().path("idealHitRatio").asDouble()));
        assertThat(run.output()).doesNotContain("had no answer");
    }

    @Test
    void throughAStockEnvoyItIsTheSame() throws Exception {
        // When
        var run = demo("--trace", "synthetic", "--requests", "100", "--gateway", "envoy", "--against", "round-robin");

        // Then: whose hits are whose shows that the router chose, not Envoy
        assertThat(run.json().path("wrongBytes").asLong()).as(run.output()).isZero();
        assertThat(run.hitRatio("adverts")).as(run.output()).isGreaterThan(1.2 * run.hitRatio("round-robin"));
        assertThat(run.output()).contains("through a stock Envoy").doesNotContain("had no answer");
    }

    @Test
    void aNodeThatFlipsBitsIsFoundOut() throws Exception {
        // When one of the eight nodes answers with a wrong bit now and then
        var run = demo("--requests", "100", "--fault", "flip_bits", "--against", "none");

        // Then
        assertThat(run.json().path("wrongBytes").asLong()).as(run.output()).isPositive();
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.output()).contains("NOT AS IT SHOULD BE").contains("wrong bytes were fetched");
    }

    @Test
    void aKilledNodeComesBackWithItsBlocks() throws Exception {
        // When a cache-node with a disk is killed in the middle of the adverts pass
        var run = demo("--requests", "150", "--trace", "synthetic", "--fault", "kill_node", "--against", "none");

        // Then the pass completes, and the node is back with what it had written
        assertThat(run.json().path("wrongBytes").asLong()).as(run.output()).isZero();
        assertThat(run.output())
                .containsPattern("killed node-3 with [1-9]\\d* blocks .* back after .* with [1-9]\\d* of them")
                .doesNotContain("came back with")
                .doesNotContain("had no answer")
                .contains("deleted the pools: nothing of them is left");
    }

    @Test
    void withoutAdvertsTheHitsAreGone() throws Exception {
        // When the broker stops before the adverts pass
        var run = demo("--requests", "300", "--fault", "no_adverts", "--against", "round-robin");

        // Then what is left is what any spreading finds by chance
        assertThat(run.hitRatio("adverts")).as(run.output()).isLessThan(1.5 * run.hitRatio("round-robin"));
        assertThat(run.json().path("wrongBytes").asLong()).isZero();
    }

    @Test
    void wrongArgumentsCostOneLine() throws Exception {
        for (var arguments : List.of(
                List.of("--requests", "0"),
                List.of("--trace", "x"),
                List.of("--speed", "NaN"),
                List.of("--against", "adverts"),
                List.of("--against", "round-robin,round-robin"),
                List.of("--gateway", "envoy", "--root", "/nowhere"),
                List.of("--nope"))) {
            // When
            var output = new ByteArrayOutputStream();
            var status = DemoMain.run(
                    arguments.toArray(String[]::new), new PrintStream(output, true, StandardCharsets.UTF_8));

            // Then
            assertThat(status).isEqualTo(2);
            assertThat(output.toString(StandardCharsets.UTF_8).lines()).hasSize(1);
        }
    }

    private static Run demo(String... arguments) throws Exception {
        var folder = Fixture.work("demo-out");
        var all = new ArrayList<>(List.of("--root", Fixture.ROOT.toString(), "--out", folder.toString()));
        all.addAll(List.of(arguments));
        var output = new ByteArrayOutputStream();
        var status = DemoMain.run(all.toArray(String[]::new), new PrintStream(output, true, StandardCharsets.UTF_8));
        System.out.println(output.toString(StandardCharsets.UTF_8));
        return new Run(
                status,
                output.toString(StandardCharsets.UTF_8),
                new ObjectMapper().readTree(folder.resolve("demo.json").toFile()),
                Files.readString(Path.of(folder.toString(), "demo.html")));
    }
}
