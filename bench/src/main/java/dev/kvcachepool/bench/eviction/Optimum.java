package dev.kvcachepool.bench.eviction;

import java.util.Comparator;
import java.util.HashMap;
import java.util.PriorityQueue;

/**
 * Belady's optimum (1966) for blocks of one size: what is asked for again last leaves first, a block that is not asked for
 * again before all others is not taken in. It knows nothing of prefixes: every block that is there is a hit.
 */
final class Optimum {
    private Optimum() {}

    private record Held(int id, int next) {}

    /** Block hit ratio of requests from number {@code from} on. */
    static double hitRatio(Workload workload, int capacity, int from) {
        var ids = workload.flat();
        var nextOf = new int[ids.size()];
        var later = new HashMap<Integer, Integer>();
        for (int i = ids.size() - 1; i >= 0; i--) {
            nextOf[i] = later.getOrDefault(ids.get(i), Integer.MAX_VALUE);
            later.put(ids.get(i), i);
        }
        int counted = workload.requests().subList(0, from).stream()
                .mapToInt(r -> r.length)
                .sum();
        var held = new HashMap<Integer, Integer>();
        var byNext = new PriorityQueue<>(Comparator.comparingInt(Held::next).reversed());
        long hits = 0;
        for (int i = 0; i < nextOf.length; i++) {
            int id = ids.get(i);
            hits += held.containsKey(id) && i >= counted ? 1 : 0;
            held.put(id, nextOf[i]);
            byNext.add(new Held(id, nextOf[i]));
            while (held.size() > capacity) {
                var last = byNext.remove();
                held.remove(last.id, last.next);
            }
        }
        return (double) hits / Math.max(1, nextOf.length - counted);
    }
}
