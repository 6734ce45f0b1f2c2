package dev.kvcachepool.e2e.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kvcachepool.e2e.Fixture;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** {@code make demo KEEP=1}: each line that it prints works as printed, and nothing is left when it ends. */
class KeepIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void everyPrintedLineWorks() throws Exception {
        // When
        var answers = answers();

        // Then
        assertThat(answers).hasSizeGreaterThanOrEqualTo(11);
    }

    @Test
    void behindAStockEnvoyTheyWorkToo() throws Exception {
        // When
        var answers = answers("--gateway", "envoy");

        // Then: the last but one goes through Envoy to an engine, and the router has counted it
        assertThat(answers).hasSizeGreaterThanOrEqualTo(13);
        assertThat(answers.get(answers.size() - 2)).contains("data: [DONE]");
        assertThat(answers.getLast()).containsPattern("outcome=\"routed\".* [1-9]");
    }

    /** What the lines of a demo that stays print, in their order. */
    private static List<String> answers(String... flags) throws Exception {
        var command = new ArrayList<>(List.of(
                Fixture.ROOT.resolve("bin/demo").toString(),
                "--keep",
                "--requests",
                "50",
                "--against",
                "none",
                "--out",
                Fixture.work("demo-out").toString()));
        command.addAll(List.of(flags));
        var demo = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var output = new BufferedReader(new InputStreamReader(demo.getInputStream(), StandardCharsets.UTF_8))) {
            var answers = new ArrayList<String>();
            for (var line : lines(output)) {
                answers.add(answer(line));
            }
            return answers;
        } finally {
            var started = demo.descendants().toList();
            demo.destroy();
            assertThat(demo.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            await("all that the demo started has ended")
                    .atMost(PATIENCE)
                    .until(() -> started.stream().noneMatch(ProcessHandle::isAlive));
        }
    }

    private static List<String> lines(BufferedReader output) throws IOException {
        var lines = new ArrayList<String>();
        for (var line = output.readLine(); line != null && !line.startsWith("running"); line = output.readLine()) {
            if (line.startsWith("  $ ")) {
                lines.add(line.substring(4));
            }
        }
        return lines;
    }

    private static String answer(String line) throws Exception {
        var run =
                new ProcessBuilder("bash", "-c", line).redirectErrorStream(true).start();
        var answer = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(run.waitFor()).as(line + "\n" + answer).isZero();
        assertThat(answer.strip()).as(line).isNotEmpty().doesNotStartWith("ERR").doesNotStartWith("(error)");
        return answer;
    }
}
