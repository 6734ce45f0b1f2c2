package dev.kvcachepool.bench.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A process and all that it started. Processes that ended meanwhile count nothing. */
public record ProcessTree(ProcessHandle top) {
    private static final Path PROC = Path.of("/proc");

    /** User and system time since each started, in seconds. */
    public double cpuSeconds() throws IOException {
        double sum = 0;
        for (var process : all().toList()) {
            sum += cpuSeconds(process.pid());
        }
        return sum;
    }

    /** Memory that is there and not swapped out, in bytes; what two of them share counts twice. */
    public long residentBytes() throws IOException {
        long sum = 0;
        for (var process : all().toList()) {
            sum += residentBytes(process.pid());
        }
        return sum;
    }

    private Stream<ProcessHandle> all() {
        return Stream.concat(Stream.of(top), top.descendants());
    }

    private static double cpuSeconds(long pid) throws IOException {
        try {
            return ProcessStat.parse(Files.readString(PROC.resolve(pid + "/stat")))
                    .cpuSeconds();
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    private static long residentBytes(long pid) throws IOException {
        try (var lines = Files.lines(PROC.resolve(pid + "/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(ProcessTree::kibibytes)
                    .map(size -> size << 10)
                    .sum();
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    private static long kibibytes(String line) {
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
    }
}
