package dev.kvcachepool.cachenode.store;

import java.time.Duration;

/** When to try something again: after a time that doubles with each attempt, up to a longest one. Thread-safe. */
final class Retries {
    private final Duration first;
    private final Duration longest;
    private Duration pause;
    private long nextNanos;

    Retries(Duration first, Duration longest) {
        this.first = first;
        this.longest = longest;
        this.pause = first;
        this.nextNanos = System.nanoTime();
    }

    /** Something fails that had worked: what fails again soon after it came back waits longer than the last time. */
    synchronized void begin() {
        boolean calm = System.nanoTime() - nextNanos > longest.toNanos();
        pause = calm ? first : pause;
        nextNanos = System.nanoTime() + pause.toNanos();
    }

    /** Whether it is time to try; if so the next time is later. */
    synchronized boolean isDue() {
        if (System.nanoTime() - nextNanos < 0) {
            return false;
        }
        var doubled = pause.multipliedBy(2);
        pause = doubled.compareTo(longest) < 0 ? doubled : longest;
        nextNanos = System.nanoTime() + pause.toNanos();
        return true;
    }
}
