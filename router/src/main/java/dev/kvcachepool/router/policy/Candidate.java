package dev.kvcachepool.router.policy;

import dev.kvcachepool.prefixadvert.index.PrefixMatch;
import dev.kvcachepool.router.prefill.PrefillRates;

/**
 * What a policy may know of one endpoint at the moment of a pick.
 *
 * @param position of the endpoint among the candidates, 0 and up, which is what rotation goes by
 * @param queueNanos how long the prefill work in front of a new request still takes
 * @param outstanding requests routed there and not yet finished, those that only decode included
 * @param busy how much work it was given of late, in seconds a second
 * @param rates how fast it computes and reads
 * @param held what the adverts say it can read of the prompt; nothing from nodes that are not picked
 * @param expectedBlocks length of the prompt's prefix that it will have by the time it serves the request, since
 *     requests with that prefix are on their way there already; may be less than what is held
 * @param blockBytes mean size of a block, 0 where unknown
 * @param quietShare 0 to 1, how much of what it could read is at nodes that have been silent for so long that their
 *     adverts are trusted less
 * @param heldBack whether it is new and has as many requests as it is given at a time
 */
public record Candidate(
        int position,
        long queueNanos,
        int outstanding,
        double busy,
        PrefillRates rates,
        PrefixMatch held,
        int expectedBlocks,
        double blockBytes,
        double quietShare,
        boolean heldBack) {}
