package dev.kvcachepool.operator.watch;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * What was written of late, to be let go where it is kept twice. Thread-safe.
 *
 * @param <R> the objects' kind
 */
final class WrittenObjects<R extends HasMetadata> {
    /** By then the event of a write, which is no news, has been told as well. */
    static final Duration WHILE = Duration.ofSeconds(5);

    private record Written<R>(R object, long at) {}

    private final Deque<Written<R>> written = new ArrayDeque<>();
    private final Function<ResourceID, Optional<R>> kept;
    private final Function<ResourceID, Optional<R>> newest;
    private final Consumer<R> letGo;
    private final LongSupplier nanos;

    /**
     * None yet.
     *
     * @param kept what is kept of a write
     * @param newest what is kept, or the informer's where that is as new
     * @param letGo is told of what the informer has as well
     * @param nanos time from any origin
     */
    WrittenObjects(
            Function<ResourceID, Optional<R>> kept,
            Function<ResourceID, Optional<R>> newest,
            Consumer<R> letGo,
            LongSupplier nanos) {
        this.kept = kept;
        this.newest = newest;
        this.letGo = letGo;
        this.nanos = nanos;
    }

    /** One more; looks after those that were written a while ago. */
    synchronized void add(R object) {
        var now = nanos.getAsLong();
        while (!written.isEmpty() && now - written.peek().at() > WHILE.toNanos()) {
            lookAfter(written.remove().object());
        }
        written.add(new Written<>(object, now));
    }

    /** Another object of the same version is the informer's: where that has none as new, what is kept itself is the newest. */
    @SuppressWarnings("ReferenceEquality") // it is about which of two that are equal
    private void lookAfter(R object) {
        var id = ResourceID.fromResource(object);
        kept.apply(id)
                .filter(one -> isSame(one, object))
                .flatMap(one -> newest.apply(id).filter(other -> other != one && isSame(other, object)))
                .ifPresent(_ -> letGo.accept(object));
    }

    private static boolean isSame(HasMetadata one, HasMetadata other) {
        return one.getMetadata().getResourceVersion().equals(other.getMetadata().getResourceVersion());
    }
}
