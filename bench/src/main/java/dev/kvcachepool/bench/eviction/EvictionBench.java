package dev.kvcachepool.bench.eviction;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvcachepool.bench.Bench;
import dev.kvcachepool.cachenode.tier.EvictionKind;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Compares the eviction policies by what they hit; nothing is timed. */
@Command(
        name = "eviction",
        mixinStandardHelpOptions = true,
        description = "Hit ratios of the eviction policies on the traces and on made mixes, beside Belady's optimum.")
public final class EvictionBench implements Callable<Integer> {
    private static final long SEED = 14;
    private static final int MIX_CAPACITY = 2000;
    private static final int[] NAMED = {1000, 5000};
    private static final double[] SHARES = {.01, .02, .05, .1, .2, .5};

    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private final List<Row> rows = new ArrayList<>();

    @ParentCommand
    private @Nullable Bench bench;

    @Option(
            names = "--traces",
            paramLabel = "<folder>",
            description = "of the whole traces; default: ../shared/data/traces")
    private Path folder = Path.of("");

    @Option(names = "--reversed", description = "a request's blocks are read and stored from the last to the first")
    private boolean reversed;

    /** One line of the table; ratios are of blocks, counted on the second half of the workload or on all of it. */
    record Row(
            String workload,
            int capacity,
            double ofFootprint,
            String policy,
            double all,
            double secondHalf,
            double present) {}

    @Override
    public Integer call() throws IOException {
        out.println("| workload | blocks | of footprint | policy | prefix hits | second half | blocks present |");
        out.println("|---|---|---|---|---|---|---|");
        var root = Bench.root(bench);
        var traces = new Traces(root);
        for (var name : List.of("conversation", "synthetic")) {
            var trace = traces.read(name, folder);
            for (int capacity : capacities(trace.footprint())) {
                compare(trace, capacity);
            }
        }
        compare(new Mixes(SEED).zipfWithScans(), MIX_CAPACITY);
        compare(new Mixes(SEED).loop(MIX_CAPACITY), MIX_CAPACITY);
        compare(new Mixes(SEED).zipfWithLookUps(), MIX_CAPACITY);
        var file = root.resolve("target/bench/eviction.json");
        Files.createDirectories(file.getParent());
        new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(file.toFile(), rows);
        return 0;
    }

    private static int[] capacities(int footprint) {
        var shares = Arrays.stream(SHARES).mapToInt(share -> (int) (footprint * share) / 8 * 8);
        return IntStream.concat(Arrays.stream(NAMED), shares).toArray();
    }

    private void compare(Workload workload, int capacity) {
        int half = workload.requests().size() / 2;
        for (var kind : EvictionKind.values()) {
            var all = replay(kind, workload, capacity, 0);
            print(row(
                    workload,
                    capacity,
                    kind.name(),
                    all.hitRatio(),
                    replay(kind, workload, capacity, half).hitRatio(),
                    all.presentRatio()));
        }
        if (!workload.lookUpOnly().contains(true)) {
            double best = Optimum.hitRatio(workload, capacity, 0);
            print(row(workload, capacity, "Belady, blocks", best, Optimum.hitRatio(workload, capacity, half), best));
        }
    }

    private Replay.Result replay(EvictionKind kind, Workload workload, int capacity, int from) {
        try (var replay = new Replay(kind, capacity, reversed)) {
            return replay.run(workload, from);
        }
    }

    private static Row row(Workload workload, int capacity, String policy, double all, double half, double present) {
        return new Row(workload.name(), capacity, (double) capacity / workload.footprint(), policy, all, half, present);
    }

    private void print(Row row) {
        rows.add(row);
        out.printf(
                Locale.ROOT,
                "| %s | %d | %.3f | %s | %.4f | %.4f | %.4f |%n",
                row.workload,
                row.capacity,
                row.ofFootprint,
                row.policy,
                row.all,
                row.secondHalf,
                row.present);
    }
}
