package dev.kvcachepool.e2e.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.e2e.Fixture;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** {@code make demo KEEP=1}: each line that it prints works as printed. */
class KeepIT {

    @Test
    void everyPrintedLineWorks() throws Exception {
        // Given a demo that stays
        var demo = new ProcessBuilder(
                        Fixture.ROOT.resolve("bin/demo").toString(),
                        "--keep",
                        "--requests",
                        "50",
                        "--out",
                        Fixture.work("demo-out").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var output = new BufferedReader(new InputStreamReader(demo.getInputStream(), StandardCharsets.UTF_8))) {
            var lines = new ArrayList<String>();
            for (var line = output.readLine(); line != null && !line.startsWith("running"); line = output.readLine()) {
                if (line.startsWith("  $ ")) {
                    lines.add(line.substring(4));
                }
            }
            assertThat(lines).hasSizeGreaterThanOrEqualTo(11);
            for (var line : lines) {
                // When
                var run = new ProcessBuilder("bash", "-c", line)
                        .redirectErrorStream(true)
                        .start();
                var answer = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

                // Then
                assertThat(run.waitFor()).as(line + "\n" + answer).isZero();
                assertThat(answer.strip())
                        .as(line)
                        .isNotEmpty()
                        .doesNotStartWith("ERR")
                        .doesNotStartWith("(error)");
            }
        } finally {
            demo.destroy();
            assertThat(demo.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
    }
}
