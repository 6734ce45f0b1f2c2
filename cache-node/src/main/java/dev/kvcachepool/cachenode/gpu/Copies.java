package dev.kvcachepool.cachenode.gpu;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The threads that copy, a {@link Lane} each: calls of the driver need a thread that keeps its context, which virtual threads
 * don't. Thread-safe.
 */
final class Copies implements AutoCloseable {
    private static final int LANES = 2;
    private static final long IDLE_MILLIS = 100;
    /** Of a copy's time limit: for those that wait before it, and for the context's end. */
    private static final int CALLERS_SHARE = 4;

    private static final Duration LEAST_FOR_CALLERS = Duration.ofSeconds(40);

    private final Context context;
    private final HostPins pins;
    private final Duration patience;
    private final Duration callersPatience;
    private final LinkedBlockingQueue<Batch> waiting = new LinkedBlockingQueue<>();
    private final List<Thread> threads;
    private volatile boolean closed;

    /** Copies that somebody waits for. */
    private record Batch(List<Span> spans, boolean toHost, CompletableFuture<@Nullable GpuException> outcome) {}

    Copies(Context context, HostPins pins, Duration patience) {
        this.context = context;
        this.pins = pins;
        this.patience = patience;
        var share = patience.multipliedBy(CALLERS_SHARE);
        this.callersPatience = share.compareTo(LEAST_FOR_CALLERS) < 0 ? LEAST_FOR_CALLERS : share;
        this.threads = IntStream.range(0, LANES)
                .mapToObj(number ->
                        Thread.ofPlatform().name("gpu-" + number).daemon().unstarted(this::work))
                .toList();
    }

    void start() {
        threads.forEach(Thread::start);
    }

    /** Copies all of it; done when it returns. */
    void run(List<Span> spans, boolean toHost) throws GpuException {
        var batch = new Batch(spans, toHost, new CompletableFuture<>());
        if (context.isEnding()) {
            throw GpuException.lost("the GPU was given up");
        }
        waiting.add(batch);
        if (closed && waiting.remove(batch)) {
            throw GpuException.lost("the GPU was given up");
        }
        var failure = outcome(batch);
        if (failure != null) {
            throw failure;
        }
    }

    private @Nullable GpuException outcome(Batch batch) {
        try {
            return batch.outcome.get(callersPatience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return waiting.remove(batch)
                    ? GpuException.lost("no thread came to copy in " + callersPatience.toMillis() + " ms")
                    : GpuException.unsettled("the driver did not come back in " + callersPatience.toMillis() + " ms");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return GpuException.unsettled("interrupted during a copy");
        } catch (ExecutionException e) {
            throw new IllegalStateException("outcomes are no failures", e);
        }
    }

    private void work() {
        Lane lane = null;
        while (!closed || !waiting.isEmpty()) {
            var batch = next();
            if (batch == null) {
                continue;
            }
            GpuException failure = null;
            try {
                lane = lane == null ? context.use(() -> new Lane(context, pins, patience)) : lane;
                copy(batch, lane);
            } catch (GpuException e) {
                failure = e.isLost() && !context.end() ? GpuException.unsettled(String.valueOf(e.getMessage())) : e;
            }
            batch.outcome.complete(failure);
        }
    }

    private void copy(Batch batch, Lane lane) throws GpuException {
        context.perform(() -> lane.copy(batch.spans, batch.toHost));
    }

    private @Nullable Batch next() {
        try {
            return waiting.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return null;
        }
    }

    /** Lets the threads end after what waits; the context has ended, so that this takes no time. */
    @Override
    public void close() {
        closed = true;
    }
}
