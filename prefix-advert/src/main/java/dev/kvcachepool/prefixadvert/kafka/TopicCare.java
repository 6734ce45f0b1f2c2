package dev.kvcachepool.prefixadvert.kafka;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the topics every two seconds, while its owner does other things: {@link #look} never waits. A question is
 * asked only after the answer to the one before was taken. Confined to one thread.
 */
final class TopicCare {
    static final Duration EVERY = Duration.ofSeconds(2);

    private final Supplier<CompletableFuture<Sighting>> topics;
    private final LongSupplier nanoTime;
    private @Nullable CompletableFuture<Sighting> asked;
    private long nextAtNanos;

    TopicCare(Supplier<CompletableFuture<Sighting>> topics, LongSupplier nanoTime) {
        this.topics = topics;
        this.nanoTime = nanoTime;
        this.nextAtNanos = nanoTime.getAsLong() + EVERY.toNanos();
    }

    /** What was seen since the last call, if an answer has come; a question that failed is asked again later. */
    Optional<Sighting> look() {
        var pending = asked;
        if (pending == null) {
            if (nanoTime.getAsLong() - nextAtNanos >= 0) {
                asked = topics.get();
            }
            return Optional.empty();
        }
        if (!pending.isDone()) {
            return Optional.empty();
        }
        asked = null;
        nextAtNanos = nanoTime.getAsLong() + EVERY.toNanos();
        return pending.isCompletedExceptionally() ? Optional.empty() : Optional.of(pending.join());
    }
}
