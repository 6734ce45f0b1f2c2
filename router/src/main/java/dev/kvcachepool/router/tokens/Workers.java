package dev.kvcachepool.router.tokens;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * The threads that tokenize: so many, with so many requests that wait, none of them for long. What does not fit, or has waited
 * for {@link #MAX_WAIT}, is {@link Untokenizable.Why#BUSY}: routing by load now is better than by prefix later. Thread-safe.
 */
public final class Workers implements AutoCloseable {
    static final Duration MAX_WAIT = Duration.ofMillis(500);
    private static final Logger LOG = Logger.getLogger(Workers.class);

    private final ThreadPoolExecutor threads;

    public Workers(int threads, int maxWaiting) {
        this.threads = new ThreadPoolExecutor(
                threads,
                threads,
                1,
                TimeUnit.MINUTES,
                new ArrayBlockingQueue<>(maxWaiting),
                Thread.ofPlatform().daemon().name("tokenizer-", 0).factory());
    }

    CompletionStage<int[]> run(Callable<int[]> work) {
        var done = new CompletableFuture<int[]>();
        var since = System.nanoTime();
        try {
            threads.execute(() -> run(work, since, done));
        } catch (RejectedExecutionException e) {
            done.completeExceptionally(new Untokenizable(Untokenizable.Why.BUSY));
        }
        return done;
    }

    private static void run(Callable<int[]> work, long since, CompletableFuture<int[]> done) {
        if (System.nanoTime() - since > MAX_WAIT.toNanos()) {
            done.completeExceptionally(new Untokenizable(Untokenizable.Why.BUSY));
            return;
        }
        try {
            done.complete(work.call());
        } catch (Untokenizable e) {
            done.completeExceptionally(e);
        } catch (Exception | StackOverflowError e) {
            LOG.error("a prompt could not be tokenized", e);
            done.completeExceptionally(new Untokenizable(Untokenizable.Why.FAILED));
        }
    }

    /** Requests that wait. */
    int waiting() {
        return threads.getQueue().size();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
