package dev.kvcachepool.bench.disk;

import dev.kvcachepool.bench.system.FioJob;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** fio with O_DIRECT on one file of a folder, which it makes once and then writes over. */
final class Fio {
    private final Path folder;
    private final long data;

    /** {@code data}: how much is written or read, in bytes. */
    Fio(Path folder, long data) {
        this.folder = folder;
        this.data = data;
    }

    DiskSample write(long block, int depth) throws IOException, InterruptedException {
        return run("write", block, depth);
    }

    DiskSample read(long block, int depth) throws IOException, InterruptedException {
        return run("read", block, depth);
    }

    private DiskSample run(String operation, long block, int depth) throws IOException, InterruptedException {
        var job = FioJob.run(
                operation,
                List.of(
                        "--filename=" + folder.resolve("fio"),
                        "--rw=" + operation,
                        "--bs=" + block,
                        "--size=" + data,
                        "--iodepth=" + depth,
                        "--ioengine=libaio",
                        "--direct=1",
                        "--overwrite=1"));
        return sample(job);
    }

    static DiskSample sample(FioJob job) {
        return new DiskSample(job.bytes(), job.seconds(), job.cpuSeconds(), 0, 0);
    }
}
