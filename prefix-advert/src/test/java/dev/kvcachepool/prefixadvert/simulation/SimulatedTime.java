package dev.kvcachepool.prefixadvert.simulation;

import java.time.Duration;
import java.time.Instant;

/** The only time there is: it passes when somebody waits, or the world lets it. */
public final class SimulatedTime {
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private long nanos = 1;

    public long nanoTime() {
        return nanos;
    }

    /** The broker's clock, which stamps records. */
    public Instant now() {
        return BEGIN.plusNanos(nanos);
    }

    void pass(Duration time) {
        nanos += time.toNanos();
    }
}
