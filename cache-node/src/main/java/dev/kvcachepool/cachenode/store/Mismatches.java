package dev.kvcachepool.cachenode.store;

import static java.util.Objects.requireNonNull;

import dev.kvcachepool.prefixadvert.wire.Mismatch;
import dev.kvcachepool.prefixadvert.wire.NodeRow;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What engines stored of late otherwise than the pool declares it: at most {@link NodeRow#MAX_MISMATCHES} kinds and models
 * at a time, further ones are counted only, so that nobody fills a log by making names up. Each is forgotten
 * {@link #LATELY} after it was seen last. Thread-safe.
 */
public final class Mismatches {
    static final Duration LATELY = Duration.ofMinutes(10);

    private final LongSupplier nanoClock;
    private final Map<Mismatch.Kind, LongAdder> counts = new EnumMap<>(Mismatch.Kind.class);
    private final Map<About, Seen> seen = new LinkedHashMap<>();
    private volatile Consumer<Mismatch> listener = mismatch -> {};

    private record About(Mismatch.Kind kind, String model) {}

    private static final class Seen {
        String declared = "";
        String found = "";
        long values;
        long atNanos;
    }

    Mismatches(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        for (var kind : Mismatch.Kind.values()) {
            counts.put(kind, new LongAdder());
        }
    }

    /** Tells {@code next} of each that was not there a moment ago; it is called with the tier's lock held and must not wait. */
    public void listen(Consumer<Mismatch> next) {
        listener = next;
    }

    /** Values of this kind since the start. */
    public long count(Mismatch.Kind kind) {
        return counter(kind).sum();
    }

    private LongAdder counter(Mismatch.Kind kind) {
        return requireNonNull(counts.get(kind));
    }

    /** Those of late, the longest known first. */
    public synchronized List<Mismatch> lately() {
        forgetOld();
        return seen.entrySet().stream()
                .map(each -> mismatch(each.getKey(), each.getValue()))
                .toList();
    }

    /** Takes note of one value. */
    void found(Mismatch.Kind kind, String model, String declared, String found) {
        counter(kind).increment();
        var about = new About(kind, model);
        if (isNew(about, declared, found)) {
            listener.accept(new Mismatch(kind, model, declared, found, 1));
        }
    }

    private synchronized boolean isNew(About about, String declared, String found) {
        var known = seen.get(about);
        if (known == null) {
            forgetOld();
            if (seen.size() >= NodeRow.MAX_MISMATCHES) {
                return false;
            }
        }
        var each = known == null ? new Seen() : known;
        each.declared = declared;
        each.found = found;
        each.values++;
        each.atNanos = nanoClock.getAsLong();
        seen.put(about, each);
        return known == null;
    }

    private static Mismatch mismatch(About about, Seen each) {
        return new Mismatch(about.kind(), about.model(), each.declared, each.found, each.values);
    }

    private void forgetOld() {
        long now = nanoClock.getAsLong();
        seen.values().removeIf(each -> now - each.atNanos > LATELY.toNanos());
    }
}
