package dev.kvcachepool.e2e.inference;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvcachepool.e2e.Fixture;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** The demo of real inference, with a model so small that its times say nothing. */
class InferenceDemoIT {

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
                "conversation,retrieval_any_position,two_nodes,node_restarted");

        // Then
        assertThat(said).contains("conversation", "written: " + out.resolve("demo-engine.json"));
        var json = new ObjectMapper().readTree(out.resolve("demo-engine.json").toFile());
        assertThat(json.path("wrong")).isEmpty();
        assertThat(json.path("results")).hasSize(4);
        for (var result : json.path("results")) {
            int prefix = 0;
            int moved = 0;
            for (var sample : result.path("samples")) {
                prefix += sample.path("with").path("prefixTokens").asInt();
                moved += sample.path("with").path("movedTokens").asInt();
            }
            boolean anyPosition = result.path("name").asText().equals("retrieval_any_position");
            assertThat(anyPosition ? moved : prefix)
                    .as(result.path("name").asText())
                    .isPositive();
        }
        assertThat(Files.readString(out.resolve("demo-engine.html"))).contains("<svg", "node_restarted");
    }

    @Test
    void whatIsNoWorkloadIsRefused() throws IOException, InterruptedException {
        assertThat(run(2, "--workloads", "chess")).contains("chess").contains("few_shot");
    }
}
