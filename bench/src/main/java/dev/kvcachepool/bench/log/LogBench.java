package dev.kvcachepool.bench.log;

import dev.kvcachepool.bench.figures.Median;
import dev.kvcachepool.cachenode.memory.PagedArena;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Writes and reads a log beside fio with the same block and depth, round after round, and prints the medians. {@code java
 * … LogBench <folder> [rounds] [MiB a run] [block sizes in KiB, with commas] [depths, with commas]}; the first round warms up and isn't counted.
 */
public final class LogBench {
    private static final int MIB = 1 << 20;
    private static final int KIB = 1 << 10;

    private final Path folder;
    private final Fio fio;
    private final long bytes;
    private final PagedArena arena = new PagedArena(192L * MIB);
    private final Map<String, List<Speed>> speeds = new LinkedHashMap<>();

    private LogBench(Path folder, long bytes) {
        this.folder = folder;
        this.fio = new Fio(folder);
        this.bytes = bytes;
    }

    /** Measures. */
    public static void main(String... arguments) throws IOException, InterruptedException {
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
        long bytes = (arguments.length > 2 ? Long.parseLong(arguments[2]) : 1024) * MIB;
        var blocks = (arguments.length > 3 ? arguments[3] : "256,2048,32768").split(",", -1);
        var depths = (arguments.length > 4 ? arguments[4] : "1,2,4").split(",", -1);
        var bench = new LogBench(Files.createDirectories(Path.of(arguments[0])), bytes);
        for (int round = 0; round <= rounds; round++) {
            for (var block : blocks) {
                for (var depth : depths) {
                    bench.round(Integer.parseInt(block) * KIB, Integer.parseInt(depth));
                }
            }
            if (round == 0) {
                bench.speeds.clear();
            }
        }
        bench.print();
    }

    private void round(int block, int depth) throws IOException, InterruptedException {
        var name = " %6d KiB depth %d".formatted(block / KIB, depth);
        add("write" + name + " fio", fio.write(bytes, block, depth));
        try (var run = new LogRun(Files.createDirectories(folder.resolve("log")), arena, 4 * bytes)) {
            add("write" + name + " log", run.write(bytes, block, depth));
            add("read " + name + " fio", fio.read(bytes, block, depth));
            add("read " + name + " log", run.read(bytes, block, depth));
        }
        fio.delete();
    }

    private void add(String what, Speed speed) {
        speeds.computeIfAbsent(what, key -> new ArrayList<>()).add(speed);
    }

    private void print() {
        System.out.println("                            GB/s fio   log  ratio   CPU-s/GB fio   log");
        for (var each : speeds.keySet().stream()
                .filter(key -> key.endsWith("fio"))
                .sorted()
                .toList()) {
            var name = each.substring(0, each.length() - "fio".length());
            double peer = median(name + "fio", Speed::gigabytesPerSecond);
            double own = median(name + "log", Speed::gigabytesPerSecond);
            System.out.printf(
                    "%-28s %7.2f %5.2f  %5.2f        %6.3f %6.3f%n",
                    name,
                    peer,
                    own,
                    own / peer,
                    median(name + "fio", Speed::cpuSecondsPerGigabyte),
                    median(name + "log", Speed::cpuSecondsPerGigabyte));
        }
    }

    private double median(String what, ToDoubleFunction<Speed> of) {
        return Median.of(speeds.getOrDefault(what, List.of()).stream()
                .map(of::applyAsDouble)
                .toList());
    }
}
