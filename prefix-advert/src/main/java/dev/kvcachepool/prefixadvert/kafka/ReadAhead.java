package dev.kvcachepool.prefixadvert.kafka;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/**
 * Work on what was read goes on while more is read: one piece after another, in the order given, and never more than one
 * behind. Confined to the thread that reads; what the work wrote is visible to it after {@link #await}.
 */
final class ReadAhead {
    /** No reading ahead: work is done where it is given. */
    static final ReadAhead NONE = new ReadAhead(Runnable::run);

    private final Executor executor;
    private CompletableFuture<?> last = CompletableFuture.completedFuture(null);

    /**
     * Nothing to do yet.
     *
     * @param executor does the work; it stays its owner's
     */
    ReadAhead(Executor executor) {
        this.executor = executor;
    }

    /** Waits for the piece before, then lets this one begin. Throws what the piece before threw. */
    void then(Runnable work) {
        await();
        last = CompletableFuture.runAsync(work, executor);
    }

    /** Waits until all is done that was given; throws what the last piece threw. */
    void await() {
        try {
            last.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
