package dev.kvcachepool.cachenode.disk;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A few threads that move pieces of large values, while who wants the value looks at the pieces that are there. The device
 * then has several requests at a time though one client waits. Thread-safe. Where nobody is free the piece waits its turn;
 * so these threads bound how much of the device large values take.
 */
final class Helpers implements AutoCloseable {
    private static final int THREADS = 4;
    private static final long IDLE_SECONDS = 10;

    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> Thread.ofPlatform().name("disk-helper").daemon().unstarted(task));

    Helpers() {
        threads.allowCoreThreadTimeOut(true);
    }

    /** Something that waits for the disk. */
    interface Work<T> {
        T run() throws IOException;
    }

    <T> Future<T> begin(Work<T> work) {
        var task = new FutureTask<>(work::run);
        threads.execute(task);
        return task;
    }

    /** The end of what was begun; waits for it whatever happens, as its buffers are in use until then. */
    static <T> T end(Future<T> begun) throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return begun.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw new IOException(
                            e.getCause() instanceof IOException cause ? cause.getMessage() : e.toString(), e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
