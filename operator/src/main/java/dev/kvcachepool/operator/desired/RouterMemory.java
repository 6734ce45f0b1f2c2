package dev.kvcachepool.operator.desired;

import io.fabric8.kubernetes.api.model.Quantity;

/**
 * The memory of a router: its tables and what a JVM takes beside its heap, texts' tokens, and what tokenizers take outside of
 * the heap.
 *
 * @param cacheBytes of the heap, for tokens
 * @param nativeBytes outside of the heap, for tokenizers
 * @param followedBytes of the heap, for engines' own blocks
 */
record RouterMemory(long cacheBytes, long nativeBytes, long followedBytes) {
    private static final long MIB = 1L << 20;
    private static final long BASE = 2048 * MIB;

    /** The library's most for the longest piece of a text that the router tokenizes: 256 Ki characters of 900 bytes. */
    private static final long PIECE = 225 * MIB;
    /** A vocabulary with its merges: not measured with real models, reckoned on the safe side. */
    private static final long VOCABULARY = 192 * MIB;
    /** A rank's blocks, and its four clients of Kafka; an engine with the most blocks that are followed takes that. */
    private static final long RANK = 96 * MIB;

    static RouterMemory of(PoolContext context) {
        var tokenizers = RouterTokenizers.of(context);
        int models = tokenizers.embedded();
        return new RouterMemory(
                tokenizers.tokenizers().isEmpty()
                        ? 0
                        : bytes(tokenizers.limits().cacheSize()),
                models == 0 ? 0 : tokenizers.limits().threads() * PIECE + models * VOCABULARY,
                RouterBridges.of(context).ranks() * RANK);
    }

    private static long bytes(String quantity) {
        return Quantity.getAmountInBytes(new Quantity(quantity)).longValue();
    }

    /** Request and limit of the container, where the pool's user gives none. */
    Quantity limit() {
        long added = cacheBytes + nativeBytes + followedBytes;
        return added == 0 ? new Quantity("2", "Gi") : new Quantity(Long.toString((BASE + added) / MIB), "Mi");
    }

    /** What the heap is bounded to, MiB: half of what is for the tables and the JVM, and all that is of the heap. */
    long heapMebibytes(Quantity limit) {
        long most = Quantity.getAmountInBytes(limit).longValue();
        long shared = most - cacheBytes - nativeBytes - followedBytes;
        // A limit that is too small for the tokenizers leaves the router a heap to start with.
        return Math.max(most / 4, cacheBytes + followedBytes + shared / 2) / MIB;
    }
}
