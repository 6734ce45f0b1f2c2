package dev.kvcachepool.bench.index;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kvcachepool.bench.figures.Median;
import dev.kvcachepool.bench.figures.Ratio;
import dev.kvcachepool.bench.report.Conditions;
import dev.kvcachepool.bench.report.Figure;
import dev.kvcachepool.bench.report.MarkdownTable;
import dev.kvcachepool.bench.report.Target;
import dev.kvcachepool.bench.report.Target.Bound;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Results as JSON and Markdown.
 *
 * @param results by number of nodes and backend, a JSON a round
 */
record IndexReport(Conditions conditions, SequencedMap<Integer, SequencedMap<String, List<JsonNode>>> results) {
    static final String FLAT = "kvcachepool-flat";
    static final String IN_ORDER = "kvcachepool";
    static final String CHAIN = "chain";

    private static final double BYTES_A_BLOCK = 80;
    private static final double BYTES_A_PAIR = 45;
    private static final double CLEAR_MILLIS = 5;

    /** A line of the table. */
    private record Line(String name, String field, double scale) {}

    private static final List<Line> LINES = List.of(
            new Line("mixed p50, µs", "lookup1_mixed/p50_us", 1),
            new Line("mixed p99, µs", "lookup1_mixed/p99_us", 1),
            new Line("mixed, seen before, p50, µs", "lookup1_mixed/again_p50_us", 1),
            new Line("mixed, seen before, p99, µs", "lookup1_mixed/again_p99_us", 1),
            new Line("mixed, thousands a CPU-second", "lookup1_mixed/ops_per_cpu_s", 1e-3),
            new Line("d100 p50, µs", "lookup1_d100/p50_us", 1),
            new Line("d500 p50, µs", "lookup1_d500/p50_us", 1),
            new Line("d500, seen before, p50, µs", "lookup1_d500/again_p50_us", 1),
            new Line("d2000 p50, µs", "lookup1_d2000/p50_us", 1),
            new Line("d2000, seen before, p50, µs", "lookup1_d2000/again_p50_us", 1),
            new Line("mixed with holes p50, µs", "lookup1_holes_mixed/p50_us", 1),
            new Line("two threads, mixed p50, µs", "lookup2_mixed/p50_us", 1),
            new Line("beside a writer, mixed p50, µs", "mixed_1w1r/read_p50_us", 1),
            new Line("beside a reader, M blocks written a second", "mixed_1w1r/write_block_ops_per_s", 1e-6),
            new Line("added, M blocks a CPU-second", "add1_blocks_per_cpu_s", 1e-6),
            new Line("evicted, M blocks a second", "evict1_blocks_per_s", 1e-6),
            new Line("bytes a block", "bytes_per_unique_block", 1),
            new Line("bytes a pair", "bytes_per_pair", 1),
            new Line("a node forgotten, ms", "clear_one_pod_ms", 1));

    /** For Jackson: the rounds as the programs printed them, and the targets. */
    Json json() {
        return new Json(conditions, results, targets());
    }

    String markdown() {
        var text = new StringBuilder("# The prefix index on workload W1\n\n" + conditions.text());
        results.forEach((nodes, backends) -> {
            text.append("\n%d nodes, medians of %d rounds:\n\n"
                    .formatted(nodes, backends.firstEntry().getValue().size()));
            var head = new ArrayList<String>(List.of(""));
            head.addAll(backends.keySet());
            var table = new MarkdownTable(head.toArray(String[]::new));
            for (var line : LINES) {
                var cells = new ArrayList<String>(List.of(line.name));
                backends.values()
                        .forEach(rounds -> cells.add(Figure.of(Median.of(figures(rounds, line.field)) * line.scale)));
                table.row(cells);
            }
            text.append(table.text());
        });
        return text.append("\n## Targets\n\n").append(Target.table(targets())).toString();
    }

    private List<Target> targets() {
        var targets = new ArrayList<Target>();
        results.forEach((nodes, backends) -> {
            for (var ours : List.of(FLAT, IN_ORDER)) {
                var who = ours + ", " + nodes + " nodes: ";
                beside(targets, who, backends, ours);
                var rounds = backends.getOrDefault(ours, List.of());
                targets.add(new Target(
                        who + "bytes a block",
                        Median.of(figures(rounds, "bytes_per_unique_block")),
                        Bound.AT_MOST,
                        BYTES_A_BLOCK));
                targets.add(new Target(
                        who + "bytes a pair",
                        Median.of(figures(rounds, "bytes_per_pair")),
                        Bound.AT_MOST,
                        BYTES_A_PAIR));
                targets.add(new Target(
                        who + "a node forgotten, ms",
                        Median.of(figures(rounds, "clear_one_pod_ms")),
                        Bound.AT_MOST,
                        CLEAR_MILLIS));
            }
        });
        return targets;
    }

    private static void beside(List<Target> targets, String who, Map<String, List<JsonNode>> backends, String ours) {
        var mine = backends.getOrDefault(ours, List.of());
        var theirs = backends.getOrDefault(CHAIN, List.of());
        for (var name : List.of("mixed", "d100", "d500", "d2000")) {
            for (var quantile : List.of("p50_us", "p99_us")) {
                var field = "lookup1_" + name + "/" + quantile;
                targets.add(new Target(
                        who + name + " " + quantile.substring(0, 3) + ", ratio to chain",
                        Ratio.of(figures(mine, field), figures(theirs, field)),
                        Bound.AT_MOST,
                        1));
                targets.add(new Target(
                        who + name + " " + quantile.substring(0, 3) + ", seen before, ratio to chain",
                        Ratio.of(figures(mine, "lookup1_" + name + "/again_" + quantile), figures(theirs, field)),
                        Bound.AT_MOST,
                        1));
            }
        }
        for (var field : List.of("lookup1_mixed/ops_per_cpu_s", "add1_blocks_per_cpu_s")) {
            targets.add(new Target(
                    who + field + ", ratio to chain",
                    Ratio.of(figures(mine, field), figures(theirs, field)),
                    Bound.AT_LEAST,
                    1));
        }
        targets.add(new Target(
                who + "mixed p50 beside a writer, ratio to alone",
                Ratio.of(figures(mine, "mixed_1w1r/read_p50_us"), figures(mine, "lookup1_mixed/again_p50_us")),
                Bound.AT_MOST,
                1.1));
        targets.add(new Target(
                who + "M blocks written a second beside a reader",
                Median.of(figures(mine, "mixed_1w1r/write_block_ops_per_s")) / 1e6,
                Bound.AT_LEAST,
                6));
    }

    private static List<Double> figures(List<JsonNode> rounds, String field) {
        return rounds.stream()
                .map(round -> round.at("/" + field))
                .filter(JsonNode::isNumber)
                .map(JsonNode::asDouble)
                .toList();
    }

    /** For Jackson. */
    record Json(
            Conditions conditions,
            SequencedMap<Integer, SequencedMap<String, List<JsonNode>>> results,
            List<Target> targets) {}
}
