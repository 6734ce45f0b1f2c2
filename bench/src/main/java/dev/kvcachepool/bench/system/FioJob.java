package dev.kvcachepool.bench.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What one job of fio came to: bytes moved, in how many seconds, with how many CPU seconds of its own. */
public record FioJob(long bytes, double seconds, double cpuSeconds) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What is installed, e.g. {@code fio-3.33}. */
    public static String version() throws IOException, InterruptedException {
        return output(List.of("fio", "--version")).strip();
    }

    /** Runs one; {@code side} is {@code write} or {@code read}, {@code flags} say what is done. */
    public static FioJob run(String side, List<String> flags) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("fio", "--name=bench", "--output-format=json"));
        command.addAll(flags);
        return parse(output(command), side);
    }

    /** Reads fio's JSON. */
    public static FioJob parse(String output, String side) throws IOException {
        var job = JSON.readTree(output.substring(Math.max(0, output.indexOf('{'))))
                .path("jobs")
                .path(0);
        var moved = job.path(side);
        if (number(moved, "io_bytes") == 0) {
            throw new IOException("fio moved nothing: " + output);
        }
        double cpu = (number(job, "usr_cpu") + number(job, "sys_cpu")) / 100 * number(job, "job_runtime") / 1000;
        long bytes = moved.path("io_bytes").asLong();
        return new FioJob(bytes, bytes / number(moved, "bw_bytes"), cpu);
    }

    private static double number(JsonNode node, String field) {
        return node.path(field).asDouble();
    }

    private static String output(List<String> command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (var output = process.getInputStream()) {
            var text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException("fio failed: " + text);
            }
            return text;
        } finally {
            process.destroy();
        }
    }
}
