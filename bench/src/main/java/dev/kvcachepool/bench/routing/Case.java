package dev.kvcachepool.bench.routing;

import dev.kvcachepool.router.policy.Policy;
import java.util.Objects;
import java.util.SequencedMap;

/**
 * What came out of one trace at one size of cache.
 *
 * @param blocks that a node holds
 * @param figures by policy
 */
record Case(String trace, int blocks, SequencedMap<String, Figures> figures) {
    /** The simulator's own best, which is to be beaten. */
    static final String PEER = "ttft";
    /** The same policy in this world, which must come out the same. */
    static final String PROOF = "ttft_in_this_world";
    /** Two of our routers. */
    static final String TWO = "kvcachepool_two_routers";

    static String ours(Policy policy) {
        return "kvcachepool_" + policy.id();
    }

    /** The simulator's best, from its own program where that ran. */
    Figures peer() {
        return of(figures.containsKey(PEER) ? PEER : PROOF);
    }

    private Figures of(String policy) {
        return Objects.requireNonNull(figures.get(policy), policy);
    }

    /** Our policy's mean time to first token, to the peer's. */
    double meanRatio() {
        return of(ours(Policy.ADVERTS)).mean() / peer().mean();
    }

    double p99Ratio() {
        return of(ours(Policy.ADVERTS)).p99() / peer().p99();
    }

    /** Whether this world gave the simulator's very figures for its own policy; true where its program did not run. */
    boolean isSameWorld() {
        return peer().equals(of(PROOF));
    }

    String summary() {
        return trace + ", " + blocks + " blocks: " + figures;
    }
}
