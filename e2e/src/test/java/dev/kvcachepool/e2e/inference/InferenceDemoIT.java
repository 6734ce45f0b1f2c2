package dev.kvcachepool.e2e.inference;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvcachepool.e2e.Fixture;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The demo of real inference, with a model so small that its times say nothing. */
class InferenceDemoIT {
    private static final Map<String, List<String>> COLD = Map.of(
            "conversation", List.of("turn 1"),
            "few_shot", List.of("question 0"),
            "retrieval_any_position", List.of("new question 0"));

    private static String run(int status, String... arguments) throws IOException, InterruptedException {
        var said = new ByteArrayOutputStream();
        try (var out = new PrintStream(said, true, StandardCharsets.UTF_8)) {
            int ended = InferenceDemoMain.run(arguments, out);
            assertThat(ended).as(said.toString(StandardCharsets.UTF_8)).isEqualTo(status);
        }
        return said.toString(StandardCharsets.UTF_8);
    }

    @Test
    void answersAreThoseWithoutAPoolAndTheReportSaysWhatWasReused() throws IOException, InterruptedException {
        // Given
        var out = Fixture.work("demo-engine");

        // When
        var said = run(
                0,
                "--root",
                Fixture.ROOT.toString(),
                "--out",
                out.toString(),
                "--size",
                "tiny",
                "--quick",
                "--workloads",
                "conversation,few_shot,retrieval_any_position,two_nodes,node_restarted,slow_pool");

        // Then
        assertThat(said).contains("conversation", "written: " + out.resolve("demo-engine.json"));
        var json = new ObjectMapper().readTree(out.resolve("demo-engine.json").toFile());
        assertThat(json.path("wrong")).isEmpty();
        assertThat(json.path("results")).hasSize(6);
        for (var result : json.path("results")) {
            int prefix = 0;
            int moved = 0;
            var cold = new ArrayList<String>();
            for (var sample : result.path("samples")) {
                if (sample.path("cold").asBoolean()) {
                    cold.add(sample.path("step").asText());
                    assertThat(sample.path("with").path("bytesRead").asLong())
                            .as(sample.path("step").asText())
                            .isZero();
                }
                prefix += sample.path("with").path("prefixTokens").asInt();
                moved += sample.path("with").path("movedTokens").asInt();
            }
            var name = result.path("name").asText();
            assertThat(result.path("samples")).as(name).isNotEmpty();
            assertThat(cold).as(name).isEqualTo(COLD.getOrDefault(name, List.of()));
            // Where so small a model reads little, or slowly, it may compute all itself in that time.
            if (!name.equals("few_shot") && !name.equals("slow_pool")) {
                assertThat(name.equals("retrieval_any_position") ? moved : prefix)
                        .as(name)
                        .isPositive();
            }
        }
        assertThat(Files.readString(out.resolve("demo-engine.html"))).contains("<svg", "node_restarted");
    }

    @Test
    void whatIsNoWorkloadIsRefused() throws IOException, InterruptedException {
        assertThat(run(2, "--workloads", "chess")).contains("chess").contains("few_shot");
    }
}
