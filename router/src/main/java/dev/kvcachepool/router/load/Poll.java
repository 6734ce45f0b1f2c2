package dev.kvcachepool.router.load;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * When one engine is read next. One read is under way at most; after a failure the wait doubles, to ten seconds at most; each
 * wait is shorter by up to a quarter, by chance, so that routers don't ask in step. Not thread-safe.
 */
final class Poll {
    private static final long LONGEST_NANOS = Duration.ofSeconds(10).toNanos();
    private static final int MAX_DOUBLINGS = 10;
    private static final double JITTER = 0.25;

    private final long intervalNanos;
    private final RandomGenerator random;
    private long dueAt;
    private int failures;
    private boolean reading;

    /** An engine that is read as soon as may be. */
    Poll(Duration interval, RandomGenerator random, long now) {
        this.intervalNanos = interval.toNanos();
        this.random = random;
        this.dueAt = now;
    }

    /** Whether a read is to begin; if so it has begun. */
    boolean begin(long now) {
        if (reading || now - dueAt < 0) {
            return false;
        }
        reading = true;
        return true;
    }

    void end(boolean said, long now) {
        reading = false;
        failures = said ? 0 : Math.min(failures + 1, MAX_DOUBLINGS);
        var wait = failures == 0
                ? intervalNanos
                : Math.max(intervalNanos, Math.min(intervalNanos << failures, LONGEST_NANOS));
        dueAt = now + (long) (wait * (1 - JITTER * random.nextDouble()));
    }
}
