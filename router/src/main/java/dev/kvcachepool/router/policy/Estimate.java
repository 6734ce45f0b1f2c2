package dev.kvcachepool.router.policy;

import dev.kvcachepool.router.prefill.PrefillWork;

/**
 * What serving a prompt at one endpoint would take.
 *
 * @param position of the endpoint among the candidates
 * @param queueNanos until its prefill begins
 * @param work what is computed anew, a token at least, and read
 * @param prefillNanos computing them
 * @param readNanos reading the blocks that are held
 * @param delayNanos how much longer later requests together would wait for it
 * @param heldBlocks blocks counted as held, those on their way included
 * @param outstanding requests there that are not finished
 * @param busy how much work it was given of late, in seconds a second
 * @param heldBack whether it comes after all that are not, being new
 * @param quiet whether the adverts that it rests on were trusted less, most of them
 */
public record Estimate(
        int position,
        long queueNanos,
        PrefillWork work,
        long prefillNanos,
        long readNanos,
        long delayNanos,
        int heldBlocks,
        int outstanding,
        double busy,
        boolean heldBack,
        boolean quiet) {

    /** To be computed anew, at least 1. */
    public long missingTokens() {
        return work.tokens();
    }

    /** Computing and reading. */
    public long workNanos() {
        return prefillNanos + readNanos;
    }

    /** Time to first token. */
    public long ttftNanos() {
        return queueNanos + workNanos();
    }
}
