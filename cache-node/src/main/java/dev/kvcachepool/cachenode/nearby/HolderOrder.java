package dev.kvcachepool.cachenode.nearby;

import com.dynatrace.hash4j.hashing.Hashing;
import dev.kvcachepool.cachenode.placement.Member;
import dev.kvcachepool.prefixadvert.index.BlockHolding;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * In which order a node asks those who hold a value: the faster tiers first; of equals the one that draws the lowest
 * number for this node and this block. So different nodes spread over the holders, and one node asks the same holder for
 * all keys of a chunk: the one where its EXISTS has leased them. Immutable.
 */
final class HolderOrder {
    private final long self;

    HolderOrder(HolderId self) {
        this.self = self.hash();
    }

    /**
     * Those who hold a value, the best to ask first.
     *
     * @param member of a row; null for one that is not to be asked
     */
    List<Member> best(Sought value, List<BlockHolding> rows, Function<BlockHolding, @Nullable Member> member) {
        long digest = value.block().hash().low() ^ self;
        var candidates = new ArrayList<Candidate>(rows.size());
        for (var row : rows) {
            var holder = value.isIn(row) ? member.apply(row) : null;
            if (holder != null) {
                candidates.add(new Candidate(holder, row.tier().index(), weight(holder, digest)));
            }
        }
        candidates.sort(Comparator.comparingInt(Candidate::tier).thenComparingLong(Candidate::weight));
        return candidates.stream().map(Candidate::member).toList();
    }

    private record Candidate(Member member, int tier, long weight) {}

    private static long weight(Member member, long digest) {
        return Hashing.xxh3_64().hashLongLongToLong(member.id().hash(), digest);
    }
}
