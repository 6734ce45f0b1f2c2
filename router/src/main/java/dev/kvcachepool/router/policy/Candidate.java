package dev.kvcachepool.router.policy;

import dev.kvcachepool.prefixadvert.index.PrefixMatch;

/**
 * What a policy may know of one endpoint at the moment of a pick.
 *
 * @param position of the endpoint in the configuration, 0 and up, which is what rotation goes by
 * @param queueNanos how long the prefill work in front of a new request still takes
 * @param outstanding requests routed there and not yet finished, those that only decode included
 * @param tokensPerSecond prefill rate, above 0
 * @param held what the adverts say its node holds of the prompt; nothing for a node that is not picked
 * @param expectedBlocks length of the prompt's prefix that it will have by the time it serves the request, since
 *     requests with that prefix are on their way there already; may be less than what is held
 * @param blockBytes mean size of a block at its node, 0 where unknown
 * @param quiet whether its node has been silent for so long that its adverts are trusted less
 */
public record Candidate(
        int position,
        long queueNanos,
        int outstanding,
        double tokensPerSecond,
        PrefixMatch held,
        int expectedBlocks,
        double blockBytes,
        boolean quiet) {}
