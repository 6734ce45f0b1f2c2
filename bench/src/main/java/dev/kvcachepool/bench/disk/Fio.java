package dev.kvcachepool.bench.disk;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Runs fio past the page cache on one file of a folder: the device as others see it. */
final class Fio {
    private static final double PERCENT = 100;
    private static final double MILLIS = 1000;

    private final ObjectMapper json = new ObjectMapper();
    private final Path file;

    Fio(Path folder) {
        this.file = folder.resolve("fio.dat");
    }

    /** Writes a new file from its start to its end. */
    Speed write(long bytes, int block, int depth) throws IOException, InterruptedException {
        Files.deleteIfExists(file);
        return run("write", bytes, block, depth);
    }

    /** Reads what {@link #write} wrote, block by block, in random order. */
    Speed read(long bytes, int block, int depth) throws IOException, InterruptedException {
        return run("randread", bytes, block, depth);
    }

    private Speed run(String how, long bytes, int block, int depth) throws IOException, InterruptedException {
        var process = new ProcessBuilder(
                        "fio",
                        "--name=kvp",
                        "--filename=" + file,
                        "--size=" + bytes,
                        "--direct=1",
                        "--rw=" + how,
                        "--bs=" + block,
                        "--ioengine=io_uring",
                        "--iodepth=" + depth,
                        "--thread=1",
                        "--output-format=json")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("fio failed: " + output);
        }
        var job = json.readTree(output.substring(output.indexOf('{'))).path("jobs").path(0);
        var side = job.path(how.equals("write") ? "write" : "read");
        double cpu = (job.path("usr_cpu").asDouble() + job.path("sys_cpu").asDouble())
                / PERCENT
                * (job.path("job_runtime").asDouble() / MILLIS);
        double seconds = side.path("io_bytes").asDouble() / side.path("bw_bytes").asDouble();
        return Speed.of(side.path("io_bytes").asLong(), (long) (seconds * 1e9), cpu);
    }

    void delete() throws IOException {
        Files.deleteIfExists(file);
    }
}
