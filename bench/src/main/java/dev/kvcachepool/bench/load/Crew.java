package dev.kvcachepool.bench.load;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/** Threads that take their turns in a closed loop, one platform thread a connection, all starting at once. */
public final class Crew {
    private final List<? extends Turn> turns;
    private final Duration patience;

    /** {@code patience}: how long they may take in all before the server is said to hang. The turns stay the caller's. */
    public Crew(List<? extends Turn> turns, Duration patience) {
        this.turns = List.copyOf(turns);
        this.patience = patience;
    }

    /**
     * Works while {@code more} holds, which is asked before each turn with the nanoseconds since the start.
     *
     * @return the nanoseconds from the common start to the end of the last turn
     */
    public long work(LongPredicate more) throws IOException, InterruptedException {
        var failure = new AtomicReference<@Nullable Throwable>();
        var gate = new CyclicBarrier(turns.size() + 1);
        var threads = new ArrayList<Thread>();
        for (var turn : turns) {
            threads.add(Thread.ofPlatform().daemon().name("load").start(() -> loop(turn, gate, more, failure)));
        }
        pass(gate);
        long start = System.nanoTime();
        for (var thread : threads) {
            if (!thread.join(patience.minusNanos(System.nanoTime() - start))) {
                abandon();
                throw new IOException("no answer for " + patience.toSeconds() + " s");
            }
        }
        long nanos = System.nanoTime() - start;
        var reason = failure.get();
        if (reason != null) {
            throw new IOException("a connection failed: " + reason.getMessage(), reason);
        }
        return nanos;
    }

    private static void loop(
            Turn turn, CyclicBarrier gate, LongPredicate more, AtomicReference<@Nullable Throwable> failure) {
        try {
            pass(gate);
            long start = System.nanoTime();
            while (more.test(System.nanoTime() - start) && failure.get() == null) {
                turn.once();
            }
        } catch (IOException | RuntimeException | InterruptedException e) {
            failure.compareAndSet(null, e);
        }
    }

    private static void pass(CyclicBarrier gate) throws InterruptedException {
        try {
            gate.await();
        } catch (BrokenBarrierException e) {
            throw new IllegalStateException("a thread of the load was interrupted at its start", e);
        }
    }

    private void abandon() {
        for (var turn : turns) {
            try {
                turn.close();
            } catch (IOException e) {
                System.err.println("closing a connection that hangs: " + e);
            }
        }
    }
}
