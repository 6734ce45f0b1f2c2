package dev.kvcachepool.engine.serve;

import dev.kvcachepool.engine.model.KvMemory;
import dev.kvcachepool.engine.pool.ChunkKeys;
import dev.kvcachepool.engine.pool.PrefixReader;
import java.util.BitSet;
import java.util.List;
import java.util.function.BooleanSupplier;

/** A prompt's prefix from the pool as far as it is there, the rest computed: exact. Confined to the engine's thread. */
final class PrefixPrefill {
    private final Steps steps;
    private final PrefixReader reader;
    private final int chunkTokens;

    PrefixPrefill(Steps steps, PrefixReader reader, ChunkKeys keys) {
        this.steps = steps;
        this.reader = reader;
        this.chunkTokens = keys.chunkTokens();
    }

    /**
     * Fills the whole prompt.
     *
     * @param keys of the prompt's whole chunks
     */
    Prefilled run(int[] prompt, List<byte[]> keys, KvMemory memory, BooleanSupplier cancelled)
            throws InterruptedException {
        // The last token is always computed, as what comes next is asked of it.
        int readable = (prompt.length - 1) / chunkTokens;
        var chunks = fill(prompt, keys.subList(0, readable), memory, cancelled);
        var next = steps.compute(prompt, readable * chunkTokens, prompt.length, memory, cancelled);
        var computed = chunks.computed;
        computed.set(readable, keys.size());
        return new Prefilled(next, keys, computed, true, chunks.held, chunks.read, 0, 0);
    }

    /** What came of some chunks. */
    record Chunks(BitSet computed, int held, int read) {}

    /** Brings or computes a prompt's first chunks. */
    Chunks fill(int[] prompt, List<byte[]> keys, KvMemory memory, BooleanSupplier cancelled)
            throws InterruptedException {
        var computed = new BitSet();
        try (var reading = reader.start(keys, chunkTokens, memory, steps.speed().secondsPerToken())) {
            for (int chunk = 0; chunk < keys.size(); chunk++) {
                Steps.check(cancelled);
                if (reading.mustCompute(chunk)) {
                    steps.fill(prompt, chunk * chunkTokens, (chunk + 1) * chunkTokens, memory, cancelled);
                    computed.set(chunk);
                }
            }
            return new Chunks(computed, reading.held(), keys.size() - computed.cardinality());
        }
    }
}
