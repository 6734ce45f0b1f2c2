package dev.kvcachepool.engine.pool;

import dev.kvcachepool.engine.model.KvMemory;
import dev.kvcachepool.engine.model.Loading;
import dev.kvcachepool.engine.model.Rotation;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Brings chunks that were computed at other positions into an engine's memory, turned to where they are now. One prompt at a
 * time.
 */
public final class MovedReader {
    private final ReaderThread thread;
    private final Rotation rotation;
    private final int chunkTokens;
    /** Of the reader's thread. */
    private @Nullable ByteBuffer room;

    public MovedReader(ReaderThread thread, Rotation rotation, int chunkTokens) {
        this.thread = thread;
        this.rotation = rotation;
        this.chunkTokens = chunkTokens;
    }

    /** Whether reading so many chunks is expected to take less than {@code seconds}. */
    public boolean within(int chunks, int chunkBytes, double seconds) {
        return thread.estimate().seconds((long) chunks * chunkBytes, System.nanoTime()) < seconds;
    }

    /**
     * Begins to read all but the first layer.
     *
     * @param memory held on to until reading ends
     * @param patienceNanos after which what is not there yet is not waited for
     */
    public Loading start(List<MovedChunk> chunks, KvMemory memory, long patienceNanos) {
        var all = new BitSet();
        all.set(0, chunks.size());
        var states = new ChunkStates(chunks.size(), all, thread.timeoutNanos());
        memory.retain();
        thread.execute(source -> {
            try (memory) {
                for (int i = 0; i < chunks.size(); i++) {
                    if (states.startReading(i)) {
                        read(source, chunks.get(i), i, memory, states);
                    }
                }
            }
        });
        long deadline = System.nanoTime() + patienceNanos;
        return () -> {
            var there = new BitSet();
            for (int i = 0; i < chunks.size(); i++) {
                if (!states.compute(i, deadline)) {
                    int now = chunks.get(i).now();
                    there.set(now, now + chunkTokens);
                }
            }
            return there;
        };
    }

    private void read(ChunkSource source, MovedChunk chunk, int index, KvMemory memory, ChunkStates states) {
        int bytes = memory.bytes(chunkTokens);
        long start = System.nanoTime();
        boolean there = false;
        try {
            there = source.read(chunk.key(), bytes, parts -> copy(chunk, index, parts, memory, states));
        } finally {
            states.finish(index, there);
        }
        long now = System.nanoTime();
        thread.estimate().learn(bytes, now - start, now);
    }

    private boolean copy(MovedChunk chunk, int index, List<ByteBuffer> parts, KvMemory memory, ChunkStates states) {
        if (!states.copy(index)) {
            return false;
        }
        var turned = room(memory.bytes(chunkTokens));
        parts.forEach(part -> turned.put(part.duplicate()));
        turned.flip();
        rotation.turn(turned, chunkTokens, chunk.now() - chunk.then());
        memory.write(chunk.now(), chunkTokens, 1, List.of(turned));
        return true;
    }

    private ByteBuffer room(int bytes) {
        var kept = room;
        if (kept == null || kept.capacity() < bytes) {
            kept = ByteBuffer.allocateDirect(bytes);
            room = kept;
        }
        return kept.clear().limit(bytes);
    }
}
