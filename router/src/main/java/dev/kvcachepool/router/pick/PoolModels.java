package dev.kvcachepool.router.pick;

import dev.kvcachepool.prefixadvert.table.AdvertView;
import dev.kvcachepool.prefixadvert.wire.ModelSpec;
import dev.kvcachepool.prefixadvert.wire.NodeRow;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * How each model of the pool is cut and hashed, as the node rows declare it. Where nodes disagree (during a rolling
 * change), the declaration of most nodes counts. Read anew at most every {@link #FRESH}. Thread-safe.
 */
public final class PoolModels {
    static final Duration FRESH = Duration.ofMillis(100);

    private final AdvertView adverts;
    private final String pool;
    private final LongSupplier nanoTime;
    private volatile Snapshot snapshot;

    public PoolModels(AdvertView adverts, String pool, LongSupplier nanoTime) {
        this.adverts = adverts;
        this.pool = pool;
        this.nanoTime = nanoTime;
        this.snapshot = new Snapshot(Map.of(), nanoTime.getAsLong() - FRESH.toNanos());
    }

    /** All declarations, of each model the most frequent first, in an order that is always the same. */
    public List<ModelSpec> all() {
        return new TreeMap<>(fresh().models)
                .values().stream().flatMap(List::stream).toList();
    }

    /** All declarations of {@code model}, the most frequent first. */
    List<ModelSpec> declared(String model) {
        return fresh().models.getOrDefault(model, List.of());
    }

    private Snapshot fresh() {
        var now = nanoTime.getAsLong();
        var current = snapshot;
        if (now - current.readAt >= FRESH.toNanos()) {
            current = new Snapshot(read(), now);
            snapshot = current;
        }
        return current;
    }

    /** The declaration of {@code model} that most nodes make, under {@code scheme} where that is not empty. */
    Optional<ModelSpec> spec(String model, String scheme) {
        return declared(model).stream()
                .filter(spec -> scheme.isEmpty() || spec.scheme().equals(scheme))
                .findFirst();
    }

    private Map<String, List<ModelSpec>> read() {
        var counts = new HashMap<ModelSpec, Integer>();
        for (var holder : adverts.holders()) {
            var isCacheNode = holder.node().kind() == NodeRow.Kind.CACHE_NODE;
            if (isCacheNode && holder.node().pool().equals(pool)) {
                holder.node().models().forEach(spec -> counts.merge(spec, 1, Integer::sum));
            }
        }
        var models = new HashMap<String, List<ModelSpec>>();
        counts.keySet().stream()
                .filter(spec -> spec.chunkTokens() > 0)
                .sorted(Comparator.<ModelSpec>comparingInt(counts::get)
                        .reversed()
                        .thenComparing(ModelSpec::scheme)
                        .thenComparingInt(ModelSpec::chunkTokens))
                .forEach(spec -> models.computeIfAbsent(spec.name(), name -> new java.util.ArrayList<>())
                        .add(spec));
        return models;
    }

    private record Snapshot(Map<String, List<ModelSpec>> models, long readAt) {}
}
