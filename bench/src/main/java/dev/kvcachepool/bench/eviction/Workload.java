package dev.kvcachepool.bench.eviction;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * Requests in their order, each the ids of its prompt's blocks from the first on.
 *
 * @param lookUpOnly by request: whether it only asks (EXISTS) and neither reads nor stores
 */
record Workload(String name, List<int[]> requests, List<Boolean> lookUpOnly) {

    static Workload of(String name, List<int[]> requests) {
        return new Workload(
                name, requests, requests.stream().map(request -> false).toList());
    }

    /** Blocks that are different from each other. */
    int footprint() {
        var seen = new HashSet<Integer>();
        requests.forEach(request -> {
            for (int id : request) {
                seen.add(id);
            }
        });
        return seen.size();
    }

    /** All blocks that are asked for, one after another. */
    List<Integer> flat() {
        var all = new ArrayList<Integer>();
        for (var request : requests) {
            for (int id : request) {
                all.add(id);
            }
        }
        return all;
    }
}
