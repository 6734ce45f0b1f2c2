package dev.kvcachepool.engine.pool;

import dev.kvcachepool.engine.model.KvMemory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Stores chunks on a thread of its own, in the order in which they are offered. What does not fit into the queue is not
 * stored: a cache may forget. Thread-safe.
 */
public final class ChunkWriter implements AutoCloseable {
    private final BlockingQueue<Work> queue;
    private final ChunkSink sink;
    private final Consumer<Chunk> stored;
    private final Thread thread =
            Thread.ofPlatform().name("pool-writer").daemon().unstarted(this::run);
    private final AtomicInteger pending = new AtomicInteger();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private volatile boolean closed;
    private @Nullable ByteBuffer buffer;

    /**
     * A chunk of a text.
     *
     * @param tokens all of the text, of which the chunk covers {@code count} from {@code from} on; not modified
     * @param salt the tenant's; empty for none
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Chunk(byte[] key, int[] tokens, int from, int count, String salt) {
        /** Without the tokens, which are a prompt, and the key, which has a salt. */
        @Override
        public String toString() {
            return "Chunk[from=" + from + ", count=" + count + "]";
        }
    }

    private record Work(Chunk chunk, KvMemory memory) {}

    /**
     * Starts to store.
     *
     * @param sink takes them; owned by this from now on
     * @param mostChunks that wait at a time
     * @param stored is told of each chunk that was taken, on the writer's thread
     */
    public ChunkWriter(ChunkSink sink, int mostChunks, Consumer<Chunk> stored) {
        this.queue = new ArrayBlockingQueue<>(mostChunks);
        this.sink = sink;
        this.stored = stored;
        thread.start();
    }

    /** Stores a chunk soon; the memory, which is held on to until then, has its keys and values. */
    public void offer(Chunk chunk, KvMemory memory) {
        pending.incrementAndGet();
        var work = new Work(chunk, memory.retain());
        if (closed || !queue.offer(work)) {
            memory.close();
            done();
            dropped.increment();
        }
    }

    /** Chunks that are neither stored nor dropped yet. */
    public int pending() {
        return pending.get();
    }

    /**
     * Waits until none is pending.
     *
     * @return whether that came in time
     */
    public synchronized boolean await(Duration longest) throws InterruptedException {
        long deadline = System.nanoTime() + longest.toNanos();
        while (pending.get() > 0) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }

    private void done() {
        if (pending.decrementAndGet() == 0) {
            synchronized (this) {
                notifyAll();
            }
        }
    }

    /** Bytes that were taken since the start. */
    public long bytes() {
        return bytes.sum();
    }

    /** Chunks that were not stored, for want of room in the queue or because nobody took them. */
    public long dropped() {
        return dropped.sum();
    }

    private void run() {
        while (!closed) {
            try {
                var work = queue.poll(100, TimeUnit.MILLISECONDS);
                if (work != null) {
                    store(work);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        for (var work = queue.poll(); work != null; work = queue.poll()) {
            work.memory.close();
            done();
        }
        sink.close();
    }

    private void store(Work work) {
        try (var memory = work.memory) {
            var chunk = work.chunk;
            var value = room(memory.bytes(chunk.count));
            memory.read(chunk.from, chunk.count, value);
            value.flip();
            int size = value.remaining();
            if (sink.store(chunk.key, value)) {
                bytes.add(size);
                stored.accept(chunk);
            } else {
                dropped.increment();
            }
        } finally {
            done();
        }
    }

    private ByteBuffer room(int size) {
        var room = buffer;
        if (room == null || room.capacity() < size) {
            room = ByteBuffer.allocateDirect(size);
            buffer = room;
        }
        return room.clear().limit(size);
    }

    /** Ends; what waits is not stored. */
    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
