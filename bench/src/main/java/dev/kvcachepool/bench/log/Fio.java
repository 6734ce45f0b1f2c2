package dev.kvcachepool.bench.log;

import dev.kvcachepool.bench.system.FioJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Runs fio past the page cache on one file of a folder: the device as others see it. */
final class Fio {
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
        var job = FioJob.run(
                how.equals("write") ? "write" : "read",
                List.of(
                        "--filename=" + file,
                        "--size=" + bytes,
                        "--direct=1",
                        "--rw=" + how,
                        "--bs=" + block,
                        "--ioengine=io_uring",
                        "--iodepth=" + depth,
                        "--thread=1"));
        return Speed.of(job.bytes(), (long) (job.seconds() * 1e9), job.cpuSeconds());
    }

    void delete() throws IOException {
        Files.deleteIfExists(file);
    }
}
