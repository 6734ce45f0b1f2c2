package dev.kvcachepool.router.endpoint;

import dev.kvcachepool.router.prefill.PrefillWork;

/** The prefill of one request in an endpoint's queue. Compared by identity; guarded by its endpoint's lock. */
final class Work {
    final PrefillWork amount;
    final long bookedAt;
    final Ending ending;
    final PendingPrefixes.Claim claim;
    private final Runnable prefilled;

    Work(PrefillWork amount, long bookedAt, Ending ending, PendingPrefixes.Claim claim, Runnable prefilled) {
        this.amount = amount;
        this.bookedAt = bookedAt;
        this.ending = ending;
        this.claim = claim;
        this.prefilled = prefilled;
    }

    /** It is no longer in a queue. */
    void leave() {
        prefilled.run();
    }
}
