package dev.kvcachepool.router.endpoint;

import dev.kvcachepool.prefixadvert.wire.BlockChain;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Prefixes that an endpoint will hold soon, since requests with them were sent there: no advert says so yet, and without
 * this a burst of one conversation would be spread over all endpoints.
 *
 * <p>Each request claims its whole chain; a block counts while any claim has it. Claims are kept in the lexicographic order
 * of their chains, in which the one that has most in common with a prompt is a neighbour of its place. The place is found
 * by bisection; what the prompt has in common with both ends of the range left is common to all between them and not
 * compared again (U. Manber, G. Myers: Suffix arrays, SIAM J. Comput. 22, 1993). So neither a claim nor a match goes
 * through a chain block by block.
 *
 * <p>A claim ends at once when the request is aborted, or a grace after its end, when the adverts have arrived. Bounded:
 * above {@value #MAX_BLOCKS} claimed blocks, each claim's counted, a new claim is not taken. Not thread-safe.
 */
final class PendingPrefixes {
    static final int MAX_BLOCKS = 1 << 18;

    private final List<Claim> claims = new ArrayList<>();
    private final PriorityQueue<Claim> ending = new PriorityQueue<>(Comparator.comparingLong(claim -> claim.end));
    private long blocks;

    /** One request's chain. */
    static final class Claim {
        private final long namespace;
        private final BlockChain chain;
        private boolean held;
        private long end;

        private Claim(long namespace, BlockChain chain) {
            this.namespace = namespace;
            this.chain = chain;
        }
    }

    /**
     * A chain's place among the claims.
     *
     * @param index of the first claim that is not before it
     * @param common blocks that it has in common with a claim, at the most
     */
    private record Place(int index, int common) {}

    Claim claim(Namespace namespace, List<BlockHash> chain) {
        var claim = new Claim(namespace.id(), BlockChain.of(chain));
        if (!chain.isEmpty() && blocks + chain.size() <= MAX_BLOCKS) {
            claim.held = true;
            blocks += chain.size();
            claims.add(place(claim.namespace, claim.chain).index, claim);
        }
        return claim;
    }

    /** Ends the claim now; nothing happens if it has ended. */
    @SuppressWarnings("ReferenceEquality") // of claims with equal chains this one
    void release(Claim claim) {
        if (claim.held) {
            claim.held = false;
            blocks -= claim.chain.size();
            int index = place(claim.namespace, claim.chain).index;
            while (claims.get(index) != claim) {
                index++;
            }
            claims.remove(index);
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
        return claims.isEmpty() ? 0 : place(namespace.id(), BlockChain.of(chain)).common;
    }

    private Place place(long namespace, BlockChain chain) {
        int low = 0;
        int high = claims.size();
        int commonBelow = 0;
        int commonAbove = 0;
        while (low < high) {
            int middle = (low + high) >>> 1;
            var claim = claims.get(middle);
            int order = Long.compare(claim.namespace, namespace);
            int common = 0;
            if (order == 0) {
                common = chain.commonPrefix(claim.chain, Math.min(commonBelow, commonAbove));
                order = order(claim.chain, chain, common);
            }
            if (order < 0) {
                low = middle + 1;
                commonBelow = common;
            } else {
                high = middle;
                commonAbove = common;
            }
        }
        return new Place(low, Math.max(commonBelow, commonAbove));
    }

    /** Of two chains that have so many first blocks in common, and no more. */
    private static int order(BlockChain one, BlockChain other, int common) {
        if (common == one.size() || common == other.size()) {
            return Integer.compare(one.size(), other.size());
        }
        int high = Long.compare(one.high(common), other.high(common));
        return high != 0 ? high : Long.compare(one.low(common), other.low(common));
    }
}
