package dev.kvcachepool.router.app;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Looks every half a second at something, as how models are cut, and tells when that is not as before. A thread of its own.
 *
 * @param <T> compared by {@code equals}
 */
final class ChangeWatch<T> implements AutoCloseable {
    private static final long LOOK_MILLIS = 500;

    private final Supplier<T> current;
    private final Consumer<T> changed;
    private final Runnable ended;
    private final Duration patience;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private T before;

    /**
     * A watch that does nothing until {@link #start}.
     *
     * @param first what is taken to be known already
     * @param current what is looked at
     * @param changed told by the watch's thread, as is {@code ended}, which is the last thing told
     * @param patience how long {@link #close} waits for that
     */
    ChangeWatch(String name, T first, Supplier<T> current, Consumer<T> changed, Runnable ended, Duration patience) {
        this.before = first;
        this.current = current;
        this.changed = changed;
        this.ended = ended;
        this.patience = patience;
        this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            do {
                look();
            } while (!closed.await(LOOK_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            ended.run();
        }
    }

    private void look() {
        var now = current.get();
        if (!now.equals(before)) {
            before = now;
            changed.accept(now);
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join(patience);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
