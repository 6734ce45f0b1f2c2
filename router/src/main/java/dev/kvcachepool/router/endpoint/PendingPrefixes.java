package dev.kvcachepool.router.endpoint;

import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Prefixes that an endpoint will hold soon, since requests with them were sent there: no advert says so yet, and without
 * this a burst of one conversation would be spread over all endpoints.
 *
 * <p>Each request claims its whole chain; a block counts while any claim has it. Because claims are whole prefixes, so is
 * their union along any chain, and the longest match is found by bisection. A claim ends at once when the request is
 * aborted, or a grace after its end, when the adverts have arrived. Bounded: above {@value #MAX_BLOCKS} claimed blocks a
 * new claim is not taken. Not thread-safe.
 */
final class PendingPrefixes {
    static final int MAX_BLOCKS = 1 << 18;

    private final Map<BlockId, Integer> claimed = new HashMap<>();
    private final PriorityQueue<Claim> ending = new PriorityQueue<>(Comparator.comparingLong(claim -> claim.end));
    private long blocks;

    /** One request's chain. */
    static final class Claim {
        private final Namespace namespace;
        private final List<BlockHash> chain;
        private boolean held;
        private long end;

        private Claim(Namespace namespace, List<BlockHash> chain) {
            this.namespace = namespace;
            this.chain = chain;
        }
    }

    Claim claim(Namespace namespace, List<BlockHash> chain) {
        var claim = new Claim(namespace, chain);
        if (blocks + chain.size() <= MAX_BLOCKS) {
            claim.held = true;
            blocks += chain.size();
            chain.forEach(hash -> claimed.merge(new BlockId(namespace, hash), 1, Integer::sum));
        }
        return claim;
    }

    /** Ends the claim now; nothing happens if it has ended. */
    void release(Claim claim) {
        if (!claim.held) {
            return;
        }
        claim.held = false;
        blocks -= claim.chain.size();
        for (var hash : claim.chain) {
            claimed.computeIfPresent(
                    new BlockId(claim.namespace, hash), (block, count) -> count == 1 ? null : count - 1);
        }
    }

    /** Ends the claim once {@link #expire} is called with {@code at} or later. Call at most once a claim. */
    void releaseAt(Claim claim, long at) {
        if (claim.held) {
            claim.end = at;
            ending.add(claim);
        }
    }

    void expire(long now) {
        for (var next = ending.peek(); next != null && next.end - now <= 0; next = ending.peek()) {
            release(ending.remove());
        }
    }

    /** Length of the longest prefix of {@code chain} that is claimed. */
    int match(Namespace namespace, List<BlockHash> chain) {
        if (claimed.isEmpty()) {
            return 0;
        }
        int low = 0;
        int high = chain.size();
        while (low < high) {
            var middle = (low + high + 1) >>> 1;
            if (claimed.containsKey(new BlockId(namespace, chain.get(middle - 1)))) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    int distinctBlocks() {
        return claimed.size();
    }
}
