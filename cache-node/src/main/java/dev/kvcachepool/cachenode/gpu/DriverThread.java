package dev.kvcachepool.cachenode.gpu;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A thread that calls the driver for those who may hold a lock, and so can't wait for a driver that takes its time; one call after
 * the other. It ends when it has had nothing to do for a while. Thread-safe.
 */
final class DriverThread {
    private static final Duration IDLE = Duration.ofSeconds(10);

    private final ThreadPoolExecutor executor;

    DriverThread(String name) {
        this.executor = new ThreadPoolExecutor(
                1,
                1,
                IDLE.toMillis(),
                TimeUnit.MILLISECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().name(name).daemon().factory());
        executor.allowCoreThreadTimeOut(true);
    }

    /** Has something done some time later. */
    void later(Runnable call) {
        executor.execute(call);
    }

    /** Has something done, and waits for it. */
    <T> T run(Callable<T> call) throws GpuException {
        return await(executor.submit(call), Duration.ofNanos(Long.MAX_VALUE));
    }

    /** As {@link #run}; what takes longer goes on, and {@link GpuException#isLost}. */
    <T> T run(Callable<T> call, Duration atMost) throws GpuException {
        return await(executor.submit(call), atMost);
    }

    private static <T> T await(Future<T> outcome, Duration atMost) throws GpuException {
        try {
            return outcome.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw GpuException.lost("the driver did not come back in " + atMost.toMillis() + " ms");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw GpuException.lost("interrupted during a call of the driver");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GpuException failure) {
                throw failure;
            }
            throw new IllegalStateException("the driver can't be called", e);
        }
    }
}
