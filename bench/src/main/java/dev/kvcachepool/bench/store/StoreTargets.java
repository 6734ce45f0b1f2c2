package dev.kvcachepool.bench.store;

import dev.kvcachepool.bench.figures.Ratio;
import dev.kvcachepool.bench.report.Figure;
import dev.kvcachepool.bench.report.Target;
import dev.kvcachepool.bench.report.Target.Bound;
import dev.kvcachepool.bench.servers.CacheNode;
import dev.kvcachepool.bench.servers.SharingNode;
import dev.kvcachepool.bench.servers.Transport;
import java.util.ArrayList;
import java.util.List;

/** What a cache-node should come to over TCP, beside the others of the same run. */
final class StoreTargets {
    private static final long SMALL = 256 << 10;
    private static final long MIDDLE = 2 << 20;
    private static final long LARGE = 8 << 20;

    /** The connections at which targets are judged, where they were measured. */
    private static final int USUAL_CONNECTIONS = 4;

    private static final List<Rule> RULES = List.of(
            new Rule(Operation.GET, SMALL, MIDDLE, "redis", 1.2),
            new Rule(Operation.GET, MIDDLE, LARGE, "redis", 1.4),
            new Rule(Operation.GET, LARGE, Long.MAX_VALUE, "redis", 3.3),
            new Rule(Operation.GET, SMALL, MIDDLE, "memcached", .95),
            new Rule(Operation.GET, MIDDLE, Long.MAX_VALUE, "memcached", 1),
            new Rule(Operation.GET, MIDDLE, Long.MAX_VALUE, "bare", .95),
            new Rule(Operation.SET, SMALL, MIDDLE, "redis", .98),
            new Rule(Operation.SET, MIDDLE, LARGE, "redis", 1.05),
            new Rule(Operation.SET, LARGE, Long.MAX_VALUE, "redis", 2.5),
            new Rule(Operation.SET, SMALL, Long.MAX_VALUE, "memcached", .95));

    private static final double GET_CPU = .28;
    private static final double SET_CPU = .25;
    /** In shared memory, at {@link #MIDDLE}. */
    private static final double SHARED_TO_REDIS = 7;

    private static final double SHARED_CPU = .02;

    /** What CPU for a byte of a large value may be, beside that of a middle one, to count as not growing. */
    private static final double GROWTH = 1.1;

    private final StoreResults results;
    private final int connections;

    StoreTargets(StoreResults results, List<Integer> connections) {
        this.results = results;
        this.connections = connections.contains(USUAL_CONNECTIONS) ? USUAL_CONNECTIONS : connections.getFirst();
    }

    /** Those whose both sides were measured are finite. */
    List<Target> of(List<Long> sizes) {
        var targets = new ArrayList<Target>();
        for (var operation : Operation.values()) {
            for (long size : sizes) {
                RULES.stream()
                        .filter(rule -> rule.concerns(operation, size))
                        .forEach(rule -> targets.add(ratio(rule, size)));
            }
            sizes.stream().filter(size -> size >= MIDDLE).forEach(size -> targets.add(cpu(operation, size)));
            sizes.stream().filter(size -> size > MIDDLE).forEach(size -> targets.add(growth(operation, size)));
        }
        if (sizes.contains(MIDDLE)) {
            targets.addAll(shared());
        }
        return targets;
    }

    /** Memory that clients read themselves, beside redis over TCP. */
    private List<Target> shared() {
        var cell = new Cell(SharingNode.NAME, Transport.SHARED, Operation.GET, MIDDLE, connections);
        var redis = new Cell("redis", Transport.TCP, Operation.GET, MIDDLE, connections);
        return List.of(
                new Target(
                        "GET 2Mi, shared memory: GB/s, ratio to redis over TCP",
                        ratio(cell, redis),
                        Bound.AT_LEAST,
                        SHARED_TO_REDIS),
                new Target("GET 2Mi, shared memory: server CPU-s/GB", cpuOf(cell), Bound.AT_MOST, SHARED_CPU));
    }

    int connections() {
        return connections;
    }

    private Target ratio(Rule rule, long size) {
        var ours = ours(rule.operation, size);
        return new Target(
                "%s %s: GB/s, ratio to %s".formatted(rule.operation, Figure.size(size), rule.peer),
                ratio(ours, ours.at(rule.peer)),
                Bound.AT_LEAST,
                rule.factor);
    }

    private double ratio(Cell ours, Cell theirs) {
        var left = results.of(ours);
        var right = results.of(theirs);
        return left == null || right == null ? Double.NaN : Ratio.of(left.rates(), right.rates());
    }

    private Target cpu(Operation operation, long size) {
        return new Target(
                "%s %s: server CPU-s/GB".formatted(operation, Figure.size(size)),
                cpuOf(ours(operation, size)),
                Bound.AT_MOST,
                operation == Operation.GET ? GET_CPU : SET_CPU);
    }

    private Target growth(Operation operation, long size) {
        return new Target(
                "%s %s: server CPU-s/GB, ratio to 2Mi".formatted(operation, Figure.size(size)),
                cpuOf(ours(operation, size)) / cpuOf(ours(operation, MIDDLE)),
                Bound.AT_MOST,
                GROWTH);
    }

    private double cpuOf(Cell cell) {
        var result = results.of(cell);
        return result == null ? Double.NaN : result.cpu();
    }

    private Cell ours(Operation operation, long size) {
        return new Cell(CacheNode.NAME, Transport.TCP, operation, size, connections);
    }

    /** From one size, in bytes, up to but not with another. */
    private record Rule(Operation operation, long from, long below, String peer, double factor) {
        boolean concerns(Operation other, long size) {
            return operation == other && size >= from && size < below;
        }
    }
}
