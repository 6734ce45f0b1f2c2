package dev.kvcachepool.bench.blend;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvcachepool.bench.Bench;
import dev.kvcachepool.bench.figures.Median;
import dev.kvcachepool.bench.flags.Choice;
import dev.kvcachepool.bench.report.Conditions;
import dev.kvcachepool.bench.report.Figure;
import dev.kvcachepool.bench.report.MarkdownTable;
import dev.kvcachepool.bench.report.Results;
import dev.kvcachepool.bench.system.LoadAverage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code bin/bench blend}. */
@Command(
        name = "blend",
        description = "Finds stored chunks anywhere in a prompt of 100,000 tokens, among a million, beside a hash map.")
public final class BlendCommand implements Callable<Integer> {
    static final String OURS = "index";
    private static final List<String> SIDES = List.of(OURS, "hash-map");
    private static final int CHUNKS = 1_000_000;
    private static final int QUERY_TOKENS = 100_000;

    @ParentCommand
    @Nullable
    Bench bench;

    @Option(names = "--rounds", paramLabel = "<count>", converter = Choice.Rounds.class, description = "default 5")
    int rounds = 5;

    @Option(names = "--quick", description = "one round of 100,000 chunks")
    boolean quick;

    @Override
    public Integer call() throws Exception {
        var root = Bench.root(bench);
        var loads = new ArrayList<LoadAverage>();
        var results = new LinkedHashMap<String, List<BlendProgram.Result>>();
        SIDES.forEach(side -> results.put(side, new ArrayList<>()));
        for (int round = 0; round < (quick ? 1 : rounds); round++) {
            loads.add(LoadAverage.now());
            for (var side : results.entrySet()) {
                side.getValue().add(run(root, side.getKey(), quick ? CHUNKS / 10 : CHUNKS));
            }
        }
        var conditions = Conditions.now(loads, Map.of(), Map.of());
        new Results(root, "blend").write(results, markdown(conditions, results, loads.size()));
        return 0;
    }

    private static String markdown(Conditions conditions, Map<String, List<BlendProgram.Result>> results, int rounds) {
        var table = new MarkdownTable("", "p50, µs", "p99, µs", "matches", "a chunk added, µs", "bytes, Mi");
        results.forEach((side, measured) -> table.row(
                side,
                Figure.of(median(measured, BlendProgram.Result::p50Micros)),
                Figure.of(median(measured, BlendProgram.Result::p99Micros)),
                Figure.of(median(measured, BlendProgram.Result::found)),
                Figure.of(median(measured, BlendProgram.Result::addMicros)),
                side.equals(OURS) ? Figure.of(median(measured, round -> round.bytes() / 1048576.0)) : "–"));
        return "# Chunks anywhere in a prompt\n\n" + conditions.text()
                + "\nChunks of 256 tokens, a query of 100,000; medians of "
                + rounds
                + " rounds, each in a new process.\n\n" + table.text();
    }

    private static double median(
            List<BlendProgram.Result> rounds, java.util.function.ToDoubleFunction<BlendProgram.Result> figure) {
        return Median.of(rounds.stream().map(figure::applyAsDouble).toList());
    }

    private static BlendProgram.Result run(Path root, String side, int chunks)
            throws IOException, InterruptedException {
        var command = List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx4g",
                "-XX:+UseParallelGC",
                "-XX:+UseTransparentHugePages",
                "-cp",
                root.resolve("bench/target/classes") + ":" + root.resolve("bench/target/lib/*"),
                BlendProgram.class.getName(),
                side,
                "" + chunks,
                "" + QUERY_TOKENS);
        var process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BlendProgram.Result result;
        try (var out = process.getInputStream()) {
            result = new ObjectMapper().readValue(out, BlendProgram.Result.class);
        }
        if (process.waitFor() != 0) {
            throw new IOException(command + " ended with " + process.exitValue());
        }
        return result;
    }
}
