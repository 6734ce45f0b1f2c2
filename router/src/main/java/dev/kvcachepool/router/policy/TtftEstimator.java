package dev.kvcachepool.router.policy;

import dev.kvcachepool.prefixadvert.wire.Tier;
import dev.kvcachepool.router.prefill.PrefillWork;

/**
 * Estimates the time to first token of a prompt at an endpoint.
 *
 * <p>{@code queue + missing tokens / prefill rate + read of the held blocks, each from its fastest tier}. Blocks on
 * their way count as held in host memory, which is where they will be. Of the blocks of a quiet node only half are taken
 * to be there ({@value #QUIET_TRUST}): the node may be gone, yet losing its whole cache for a pause of 15 s would be
 * worse. At least one token is always computed, since the engine needs the last one's output. Immutable.
 */
public final class TtftEstimator {
    static final double QUIET_TRUST = 0.5;
    private static final double QUIET_SHOWN = 0.5;

    /** Where nobody comes after. */
    public Estimate estimate(PromptSize prompt, Candidate candidate) {
        return estimate(prompt, candidate, Arrivals.NONE);
    }

    public Estimate estimate(PromptSize prompt, Candidate candidate, Arrivals arrivals) {
        var advertised = Math.min(candidate.held().blocks(), prompt.blocks());
        var expected = Math.min(candidate.expectedBlocks(), prompt.blocks());
        var trusted = (int) (advertised * (1 - candidate.quietShare() * (1 - QUIET_TRUST)));
        var held = Math.max(trusted, expected);
        var missing = Math.max(1, prompt.tokens() - (long) held * prompt.blockTokens());
        var work = work(candidate, missing, held);
        var prefill = candidate.rates().prefillNanos(work);
        var read = candidate.rates().readNanos(work);
        return new Estimate(
                candidate.position(),
                candidate.queueNanos(),
                work,
                prefill,
                read,
                (long) arrivals.delayNanos((double) candidate.queueNanos(), (double) prefill + read),
                held,
                candidate.outstanding(),
                candidate.busy(),
                candidate.heldBack(),
                candidate.quietShare() > QUIET_SHOWN);
    }

    private static PrefillWork work(Candidate candidate, long missing, int held) {
        var advertised = candidate.held().blocks();
        double memory = bytes(candidate, Tier.ENGINE_HOST) + bytes(candidate, Tier.GPU) + bytes(candidate, Tier.HOST);
        double disk = bytes(candidate, Tier.DISK);
        if (held <= advertised) {
            double share = (double) held / Math.max(1, advertised);
            return new PrefillWork(missing, memory * share, disk * share);
        }
        return new PrefillWork(missing, memory + (held - advertised) * candidate.blockBytes(), disk);
    }

    private static double bytes(Candidate candidate, Tier tier) {
        return candidate.held().on(tier) * candidate.blockBytes();
    }
}
