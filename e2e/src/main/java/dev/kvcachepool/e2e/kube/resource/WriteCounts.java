package dev.kvcachepool.e2e.kube.resource;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How many writes changed something, by the manager in whose name they came. Safe for threads. */
public final class WriteCounts {
    private final Map<String, Long> counts = new ConcurrentHashMap<>();

    void add(String manager) {
        counts.merge(manager, 1L, Long::sum);
    }

    public long total() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    public long of(String manager) {
        return counts.getOrDefault(manager, 0L);
    }
}
