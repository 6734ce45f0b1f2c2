package dev.kvcachepool.bench.limit;

import dev.kvcachepool.bench.figures.Ratio;
import dev.kvcachepool.bench.report.Conditions;
import dev.kvcachepool.bench.report.Figure;
import dev.kvcachepool.bench.report.MarkdownTable;
import dev.kvcachepool.bench.report.Target;
import dev.kvcachepool.bench.report.Target.Bound;
import dev.kvcachepool.bench.servers.CacheNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** A run as JSON and Markdown. */
record LimitReport(Conditions conditions, LimitSettings settings, SequencedMap<String, LimitResult> results) {
    private static final long SMALL = 256 << 10;
    private static final double SMALL_SHARE = .90;
    private static final double LARGE_SHARE = .97;
    private static final double RESIDENT = 1.05;
    private static final double PAUSE_MILLIS = 5;

    /** For Jackson: plain records, figures in the units that their names tell. */
    Json json() {
        var servers = new LinkedHashMap<String, JsonServer>();
        results.forEach((server, result) -> servers.put(server, JsonServer.of(result)));
        return new Json(conditions, settings, servers, targets());
    }

    String markdown() {
        var text = new StringBuilder("# At the limit of memory, " + Figure.size(settings.limit()) + "\n\n");
        text.append(conditions.text());
        text.append(
                "%d rounds of puts of 256Ki to 8Mi, twice the limit each, %d connections, a checked GET after three puts.\n\n"
                        .formatted(settings.rounds(), settings.connections()));
        text.append(latencies()).append('\n').append(memory()).append("\n## Targets\n\n");
        text.append(Target.table(targets()));
        var ours = results.get(CacheNode.NAME);
        if (ours != null && ours.pauses() != null) {
            text.append("\nLongest pauses of the cache-node's JVM under load: collection %s ms, any safepoint %s ms.\n"
                    .formatted(
                            Figure.of(ours.pauses().collection()),
                            Figure.of(ours.pauses().safepoint())));
        }
        return text.toString();
    }

    private String latencies() {
        var table = new MarkdownTable(
                "server", "GB/s", "put p50 ms", "p99", "p99.9", "max", "GET hits", "refused puts", "wrong bytes");
        results.forEach((server, result) -> {
            var puts = result.puts();
            table.row(
                    server,
                    Figure.of(result.rate()),
                    Figure.of(puts.millis(50)),
                    Figure.of(puts.millis(99)),
                    Figure.of(puts.millis(99.9)),
                    Figure.of(puts.maxMillis()),
                    Figure.of(result.hitRatio()),
                    "" + puts.refused(),
                    "" + result.wrongBytes());
        });
        return table.text();
    }

    private String memory() {
        var table = new MarkdownTable(
                "server",
                "usable, 256Ki",
                "2Mi",
                "8Mi",
                "RSS per stored byte, overwritten 4 x",
                "without RSS when idle");
        results.forEach((server, result) -> {
            var row = new ArrayList<String>(List.of(server));
            result.usable().values().forEach(share -> row.add(Figure.of(share)));
            row.add(Figure.of(result.residentPerStored()));
            row.add(Figure.of(result.grownPerStored()));
            table.row(row);
        });
        return table.text();
    }

    private List<Target> targets() {
        var targets = new ArrayList<Target>();
        var ours = results.get(CacheNode.NAME);
        if (ours != null) {
            var memcached = results.get("memcached");
            targets.add(new Target(
                    "put p99, ratio to memcached",
                    memcached == null ? Double.NaN : Ratio.of(ours.putP99s(), memcached.putP99s()),
                    Bound.AT_MOST,
                    1));
            ours.usable()
                    .forEach((size, share) -> targets.add(new Target(
                            "usable share of the limit, " + Figure.size(size),
                            share,
                            Bound.AT_LEAST,
                            size > SMALL ? LARGE_SHARE : SMALL_SHARE)));
            targets.add(new Target("RSS per stored byte", ours.residentPerStored(), Bound.AT_MOST, RESIDENT));
            double pause = ours.pauses() == null ? Double.NaN : ours.pauses().collection();
            targets.add(new Target("longest GC pause, ms", pause, Bound.AT_MOST, PAUSE_MILLIS));
            targets.add(new Target("wrong bytes", ours.wrongBytes(), Bound.AT_MOST, 0));
        }
        return targets;
    }

    /** Of any server. */
    long wrongBytes() {
        return results.values().stream().mapToLong(LimitResult::wrongBytes).sum();
    }

    record Json(Conditions conditions, LimitSettings settings, Map<String, JsonServer> servers, List<Target> targets) {}

    record JsonServer(
            double gigabytesPerSecond,
            Map<String, Double> putMillis,
            List<Double> putP99MillisByRound,
            double hitRatio,
            long refusedPuts,
            Map<Long, Double> usableShareByValueBytes,
            double residentPerStoredByte,
            double grownPerStoredByte,
            long wrongBytes,
            Map<String, Double> longestPauseMillis) {
        static JsonServer of(LimitResult result) {
            var puts = result.puts();
            var pauses = result.pauses();
            return new JsonServer(
                    result.rate(),
                    Map.of(
                            "p50", puts.millis(50),
                            "p99", puts.millis(99),
                            "p99.9", puts.millis(99.9),
                            "max", puts.maxMillis()),
                    result.putP99s(),
                    result.hitRatio(),
                    puts.refused(),
                    result.usable(),
                    result.residentPerStored(),
                    result.grownPerStored(),
                    result.wrongBytes(),
                    pauses == null
                            ? Map.of()
                            : Map.of("collection", pauses.collection(), "safepoint", pauses.safepoint()));
        }
    }
}
