package dev.kvcachepool.engine.pool;

import dev.kvcachepool.engine.model.KvMemory;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;

/**
 * Brings what a pool holds of a prompt's prefix into an engine's memory while the engine computes the rest.
 *
 * <p>Chunks are read from the last to the first, and the engine computes from the first on: where reading is slow they meet,
 * and a prompt takes no longer than by either alone (Jin et al., "Compute or load KV cache? Why not both?", 2024). Where
 * reading all is expected to be faster than computing one chunk, which memory nearly always is, the engine waits with
 * computing, but not for longer than that chunk would take, and for a pool that brings nothing no longer than the time-out. A
 * chunk is not read whose reading is expected to take longer than computing all that is left; each chunk's key names its whole
 * prefix, so that one that is missing harms none of the others.
 *
 * <p>One prompt at a time.
 */
public final class PrefixReader {
    private final ReaderThread thread;

    public PrefixReader(ReaderThread thread) {
        this.thread = thread;
    }

    /**
     * Begins to read.
     *
     * @param keys of the prompt's chunks, from its start on
     * @param chunkTokens tokens a chunk
     * @param memory which the chunks are written to, each at its place; held on to until reading ends
     * @param secondsPerToken that computing takes
     */
    public Reading start(List<byte[]> keys, int chunkTokens, KvMemory memory, double secondsPerToken)
            throws InterruptedException {
        var reading = new Reading(keys, chunkTokens, memory, thread.held(keys), secondsPerToken);
        memory.retain();
        thread.execute(reading::run);
        return reading;
    }

    /** The reading of one prompt. Its questions are asked by the engine's thread. */
    public final class Reading implements AutoCloseable {
        private final List<byte[]> keys;
        private final int chunkTokens;
        private final int chunkBytes;
        private final KvMemory memory;
        private final BitSet held;
        private final double secondsPerChunk;
        private final ChunkStates states;
        private final long patience;
        private volatile boolean stopped;

        private Reading(List<byte[]> keys, int chunkTokens, KvMemory memory, BitSet held, double secondsPerToken) {
            this.keys = keys;
            this.chunkTokens = chunkTokens;
            this.chunkBytes = memory.bytes(chunkTokens);
            this.memory = memory;
            this.held = held;
            this.secondsPerChunk = secondsPerToken * chunkTokens;
            this.states = new ChunkStates(keys.size(), held, thread.timeoutNanos());
            long now = System.nanoTime();
            double all = thread.estimate().seconds((long) held.cardinality() * chunkBytes, now);
            this.patience = now + (all <= secondsPerChunk ? (long) (secondsPerChunk * 1e9) : 0);
        }

        private void run(ChunkSource source) {
            try (memory) {
                for (int chunk = held.length() - 1; chunk >= 0; chunk = held.previousSetBit(chunk - 1)) {
                    if (stopped || !worthwhile(chunk)) {
                        states.lose(chunk);
                    } else if (states.startReading(chunk)) {
                        read(source, chunk);
                    }
                }
            }
        }

        /** Computing it and all before it would take longer than reading it. */
        private boolean worthwhile(int chunk) {
            return thread.estimate().seconds(chunkBytes, System.nanoTime()) < (chunk + 1) * secondsPerChunk;
        }

        private void read(ChunkSource source, int chunk) {
            long start = System.nanoTime();
            boolean there = false;
            try {
                there = source.read(keys.get(chunk), chunkBytes, parts -> copy(chunk, parts));
            } finally {
                states.finish(chunk, there);
            }
            long now = System.nanoTime();
            thread.estimate().learn(chunkBytes, now - start, now);
        }

        private boolean copy(int chunk, List<ByteBuffer> parts) {
            if (stopped || !states.copy(chunk)) {
                return false;
            }
            memory.write(chunk * chunkTokens, chunkTokens, 0, parts);
            return true;
        }

        /**
         * Whether the engine has to compute a chunk; if not its keys and values are in memory. Asked once for each, from the
         * first to the last.
         */
        public boolean mustCompute(int chunk) throws InterruptedException {
            return states.compute(chunk, patience);
        }

        /** Chunks that the pool said to hold. */
        public int held() {
            return held.cardinality();
        }

        /** Chunks that were read until now. */
        public int read() {
            return states.reads();
        }

        /** Ends reading: nothing is begun any more. What is under way is not wanted, and keeps nobody waiting. */
        @Override
        public void close() {
            stopped = true;
        }
    }
}
