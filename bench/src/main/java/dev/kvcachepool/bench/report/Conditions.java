package dev.kvcachepool.bench.report;

import dev.kvcachepool.bench.system.LoadAverage;
import dev.kvcachepool.bench.system.Machine;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/** Under what a run was measured. {@code versions} by server; {@code missing}: why a server is not there. */
public record Conditions(
        String time,
        Machine machine,
        List<LoadAverage> loads,
        Map<String, String> versions,
        Map<String, String> missing) {

    /** Of this machine, now. */
    public static Conditions now(List<LoadAverage> loads, Map<String, String> versions, Map<String, String> missing)
            throws IOException {
        return new Conditions(
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(), Machine.here(), loads, versions, missing);
    }

    /** Markdown, a few lines. */
    public String text() {
        var text = new StringBuilder(time + "; " + machine.inWords() + ".\n");
        var load = loads.stream().mapToDouble(LoadAverage::one).summaryStatistics();
        text.append("Load before the rounds (1 min, the bench's own included): %s to %s, mean %s.\n"
                .formatted(Figure.of(load.getMin()), Figure.of(load.getMax()), Figure.of(load.getAverage())));
        versions.forEach((server, version) ->
                text.append(server).append(' ').append(version).append("; "));
        text.append('\n');
        missing.forEach((server, why) -> text.append("Not measured: %s: %s\n".formatted(server, why)));
        return text.toString();
    }
}
