package dev.kvcachepool.e2e.outage;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What one client stored: which contents a read of each chunk may give. A cache may forget, so nothing at all is always
 * right. A store or removal without an answer may have been done, or be done later, even after the next one: a stopped
 * process finds it in its socket. Its version stays possible for good. Confined to the client's thread.
 */
final class Ledger {
    static final int REMOVED = 0;

    private final int valueBytes;
    private final Map<Chunk, Integer> acknowledged = new HashMap<>();
    private final Map<Chunk, Set<Integer>> inDoubt = new HashMap<>();
    private final Map<Chunk, Integer> newest = new HashMap<>();

    Ledger(int valueBytes) {
        this.valueBytes = valueBytes;
    }

    /** The number for the next version of a chunk, from 1. */
    int nextVersion(Chunk chunk) {
        return newest.merge(chunk, 1, Integer::sum);
    }

    byte[] content(Chunk chunk, int version) {
        return chunk.content(version, valueBytes);
    }

    /** A store was acknowledged, or, as {@link #REMOVED}, a removal. */
    void acknowledge(Chunk chunk, int version) {
        acknowledged.put(chunk, version);
    }

    /** A store or removal got no answer. */
    void doubt(Chunk chunk, int version) {
        inDoubt.computeIfAbsent(chunk, key -> new HashSet<>()).add(version);
    }

    /** Whether a read may have given this. */
    boolean isRight(Chunk chunk, byte[] value) {
        int last = acknowledged.getOrDefault(chunk, REMOVED);
        if (last != REMOVED && Arrays.equals(value, content(chunk, last))) {
            return true;
        }
        return inDoubt.getOrDefault(chunk, Set.of()).stream()
                .anyMatch(version -> version != REMOVED && Arrays.equals(value, content(chunk, version)));
    }
}
