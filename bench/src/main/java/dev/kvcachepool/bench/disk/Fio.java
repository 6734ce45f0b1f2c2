package dev.kvcachepool.bench.disk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** fio with O_DIRECT on one file of a folder, which it makes once and then writes over. */
final class Fio {
    private static final ObjectMapper JSON = new ObjectMapper();
    private final Path folder;
    private final long data;

    /** {@code data}: how much is written or read, in bytes. */
    Fio(Path folder, long data) {
        this.folder = folder;
        this.data = data;
    }

    /** What is installed, e.g. {@code fio-3.33}. */
    static String version() throws IOException, InterruptedException {
        return output(List.of("fio", "--version")).strip();
    }

    DiskSample write(long block, int depth) throws IOException, InterruptedException {
        return parse(output(command("write", block, depth)), "write");
    }

    DiskSample read(long block, int depth) throws IOException, InterruptedException {
        return parse(output(command("read", block, depth)), "read");
    }

    private List<String> command(String operation, long block, int depth) {
        return List.of(
                "fio",
                "--name=bench",
                "--filename=" + folder.resolve("fio"),
                "--rw=" + operation,
                "--bs=" + block,
                "--size=" + data,
                "--iodepth=" + depth,
                "--ioengine=libaio",
                "--direct=1",
                "--overwrite=1",
                "--output-format=json");
    }

    static DiskSample parse(String output, String operation) throws IOException {
        var job = JSON.readTree(output.substring(Math.max(0, output.indexOf('{'))))
                .path("jobs")
                .path(0);
        var moved = job.path(operation);
        if (number(moved, "io_bytes") == 0) {
            throw new IOException("fio moved nothing: " + output);
        }
        double cpu = (number(job, "usr_cpu") + number(job, "sys_cpu")) / 100 * number(job, "job_runtime") / 1000;
        return new DiskSample(
                moved.path("io_bytes").asLong(),
                moved.path("io_bytes").asLong() / number(moved, "bw_bytes"),
                cpu,
                0,
                0);
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
