package dev.kvcachepool.engine.pool;

import java.util.BitSet;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** The thread that asks a source for chunks, and what is known of how fast it is. Thread-safe. */
public final class ReaderThread implements AutoCloseable {
    private final ChunkSource source;
    private final long timeoutNanos;
    private final ReadEstimate estimate = new ReadEstimate();
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("pool-reader").daemon().factory());

    /**
     * A thread for a source, which it owns from now on.
     *
     * @param timeoutNanos that the pool may take to say what it holds
     */
    public ReaderThread(ChunkSource source, long timeoutNanos) {
        this.source = source;
        this.timeoutNanos = timeoutNanos;
    }

    /** Which of the keys are there; none where the pool does not say so in time. */
    BitSet held(List<byte[]> keys) throws InterruptedException {
        var answer = thread.submit(() -> source.held(keys));
        try {
            return answer.get(timeoutNanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return new BitSet();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a source raises for no pool", e);
        }
    }

    void execute(Consumer<ChunkSource> work) {
        thread.execute(() -> work.accept(source));
    }

    ReadEstimate estimate() {
        return estimate;
    }

    long timeoutNanos() {
        return timeoutNanos;
    }

    /** Ends once what is under way is done. */
    @Override
    public void close() {
        thread.execute(source::close);
        thread.shutdown();
    }
}
