package dev.kvcachepool.e2e.runtime.kubelet;

import java.time.Duration;
import java.time.Instant;

/**
 * Kubelet's pause before a container's restart: none after the first end, then the base, doubling up to 30 times of it;
 * forgotten when the container ran for 60 bases. Not thread-safe.
 */
final class RestartDelay {
    private static final int LONGEST = 30;
    private static final int FORGOTTEN_AFTER = 60;
    private final Duration base;
    private Duration delay = Duration.ZERO;

    RestartDelay(Duration base) {
        this.base = base;
    }

    /** The pause after a run, counted from its end. */
    Duration after(Instant started, Instant finished) {
        if (Duration.between(started, finished).compareTo(base.multipliedBy(FORGOTTEN_AFTER)) > 0) {
            delay = Duration.ZERO;
        }
        var now = delay;
        var next = delay.isZero() ? base : delay.multipliedBy(2);
        var longest = base.multipliedBy(LONGEST);
        delay = next.compareTo(longest) > 0 ? longest : next;
        return now;
    }
}
