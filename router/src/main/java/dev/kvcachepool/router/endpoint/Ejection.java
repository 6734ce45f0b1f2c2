package dev.kvcachepool.router.endpoint;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Keeps an endpoint that does not answer out of the picks.
 *
 * <p>Each failure in a row doubles the back-off, from {@link #FIRST} to {@link #LONGEST}, less up to a quarter by chance so
 * that routers don't return all at once. When it has passed, the next request is a probe: while it is under way the
 * endpoint stays out for everyone else for as long again. An answer of any status ends it. Not thread-safe.
 */
final class Ejection {
    static final Duration FIRST = Duration.ofMillis(500);
    static final Duration LONGEST = Duration.ofSeconds(30);
    private static final int MAX_DOUBLINGS = 10;
    private static final double JITTER = 0.25;

    private final RandomGenerator random;
    private int failures;
    private long until;

    Ejection(RandomGenerator random) {
        this.random = random;
    }

    boolean admits(long now) {
        return failures == 0 || until - now <= 0;
    }

    /** A request is about to be sent: if it is the probe, others are kept out meanwhile. */
    void sending(long now) {
        if (failures > 0) {
            until = now + backOffNanos();
        }
    }

    void failed(long now) {
        failures = Math.min(failures + 1, MAX_DOUBLINGS);
        until = now + backOffNanos();
    }

    void answered() {
        failures = 0;
    }

    int failures() {
        return failures;
    }

    private long backOffNanos() {
        var full = Math.min(FIRST.toNanos() << Math.max(0, failures - 1), LONGEST.toNanos());
        return (long) (full * (1 - JITTER * random.nextDouble()));
    }
}
