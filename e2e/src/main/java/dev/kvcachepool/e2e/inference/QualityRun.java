package dev.kvcachepool.e2e.inference;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How far reuse at other positions changes answers, as {@code bin/engine quality} measures it. */
final class QualityRun {
    private static final ObjectMapper JSON = new ObjectMapper();

    private QualityRun() {}

    /** Runs it with further flags; its standard error goes to a file. */
    static List<QualityPoint> run(Path root, List<String> flags, Path log) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(root.resolve("bin/engine").toString(), "quality"));
        command.addAll(flags);
        var process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.to(log.toFile()))
                .start();
        var points = new ArrayList<QualityPoint>();
        try (var lines = process.inputReader()) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                points.add(JSON.readValue(line, QualityPoint.class));
            }
        }
        int status = process.waitFor();
        if (status != 0 || points.isEmpty()) {
            throw new IOException("bin/engine quality ended with " + status + "; see " + log);
        }
        return points;
    }

    static String table(List<QualityPoint> points) {
        var text = new StringBuilder(String.format(
                Locale.ROOT,
                "%-23s %10s %14s %11s %14s%n",
                "any position",
                "recomputed",
                "distance",
                "same token",
                "of full time"));
        for (var point : points) {
            text.append(String.format(
                    Locale.ROOT,
                    "%-23s %9.0f%% %14.4f %10.0f%% %13.0f%%%n",
                    point.reuse().equals("turned") ? "turned" : "naive, not turned",
                    100 * point.share(),
                    point.distance(),
                    100 * point.sameToken(),
                    100 * point.timeShare()));
        }
        return text.toString();
    }
}
