package dev.kvcachepool.bench.index;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kvcachepool.bench.Bench;
import dev.kvcachepool.bench.flags.Choice;
import dev.kvcachepool.bench.report.Conditions;
import dev.kvcachepool.bench.report.Results;
import dev.kvcachepool.bench.system.LoadAverage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code bench index}. */
@Command(
        name = "index",
        mixinStandardHelpOptions = true,
        description = "The prefix index on workload W1, in order and flat, beside the fastest public ones.")
public final class IndexCommand implements Callable<Integer> {
    private static final List<String> OURS = List.of(IndexReport.FLAT, IndexReport.IN_ORDER);
    private static final List<String> PEERS = List.of(IndexReport.CHAIN, "crtc");
    private static final int SESSIONS = 20_000;
    private static final int QUERIES = 20_000;
    private static final List<Integer> NODES = List.of(64, 512);

    @ParentCommand
    @Nullable
    Bench bench;

    @Option(names = "--rounds", paramLabel = "<count>", converter = Choice.Rounds.class, description = "default 5")
    int rounds = 5;

    @Option(names = "--quick", description = "one round of 64 nodes only")
    boolean quick;

    @Option(
            names = "--peers",
            paramLabel = "<folder>",
            description = "of the peers' program; default: ../shared/peers/prefix-index")
    Path peers = Path.of("");

    @Override
    public Integer call() throws Exception {
        var root = Bench.root(bench);
        var sources = peers.toString().isEmpty() ? root.resolve("../shared/peers/prefix-index") : peers;
        var program = new PeerProgram(sources, root.resolve("target/bench/prefix-index"));
        var missing = new LinkedHashMap<String, String>();
        var why = program.missing();
        if (!why.isEmpty()) {
            missing.put("peers", why);
        }
        var loads = new ArrayList<LoadAverage>();
        var results = new LinkedHashMap<Integer, SequencedMap<String, List<JsonNode>>>();
        for (int round = 0; round < (quick ? 1 : rounds); round++) {
            for (int nodes : quick ? NODES.subList(0, 1) : NODES) {
                loads.add(LoadAverage.now());
                var ofNodes = results.computeIfAbsent(nodes, any -> new LinkedHashMap<>());
                for (var backend : OURS) {
                    add(ofNodes, backend, run(ours(root, backend, nodes), nodes));
                }
                for (var backend : missing.isEmpty() ? PEERS : List.<String>of()) {
                    add(ofNodes, backend, run(program.command(backend, SESSIONS, QUERIES), nodes));
                }
            }
        }
        var report = new IndexReport(Conditions.now(loads, Map.of(), missing), results);
        new Results(root, "index").write(report.json(), report.markdown());
        return 0;
    }

    private static void add(SequencedMap<String, List<JsonNode>> results, String backend, JsonNode result) {
        results.computeIfAbsent(backend, any -> new ArrayList<>()).add(result);
        System.err.println(backend + " " + result.path("nodes") + ": mixed p50 "
                + result.path("lookup1_mixed").path("p50_us") + " µs");
    }

    /** As a router runs it, but for the collector: huge pages for the heap. */
    private static List<String> ours(Path root, String backend, int nodes) {
        return List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xms6g",
                "-Xmx6g",
                "-XX:+UseParallelGC",
                "-XX:+UseTransparentHugePages",
                "-cp",
                root.resolve("bench/target/classes") + ":" + root.resolve("bench/target/lib/*"),
                IndexProgram.class.getName(),
                backend.equals(IndexReport.FLAT) ? "flat" : "order",
                "" + SESSIONS,
                "" + QUERIES,
                "" + nodes);
    }

    private static JsonNode run(List<String> command, int nodes) throws IOException, InterruptedException {
        return new JsonProgram(command, Map.of("NODES", "" + nodes)).run();
    }
}
