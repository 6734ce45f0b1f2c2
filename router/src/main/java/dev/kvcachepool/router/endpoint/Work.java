package dev.kvcachepool.router.endpoint;

/** The prefill of one request in an endpoint's queue. Compared by identity; guarded by its endpoint's lock. */
final class Work {
    final long tokens;
    final long readNanos;
    final long bookedAt;
    final Ending ending;
    final PendingPrefixes.Claim claim;

    Work(long tokens, long readNanos, long bookedAt, Ending ending, PendingPrefixes.Claim claim) {
        this.tokens = tokens;
        this.readNanos = readNanos;
        this.bookedAt = bookedAt;
        this.ending = ending;
        this.claim = claim;
    }

    long nanos(double tokensPerSecond) {
        return (long) (tokens * 1e9 / tokensPerSecond) + readNanos;
    }
}
