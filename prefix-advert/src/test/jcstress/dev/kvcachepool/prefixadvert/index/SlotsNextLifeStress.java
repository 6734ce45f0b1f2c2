package dev.kvcachepool.prefixadvert.index;

import dev.kvcachepool.prefixadvert.wire.BlockChain;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.BlockRow;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.prefixadvert.wire.RankSet;
import java.util.List;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * A slot is forgotten and serves the next holder while a prompt of two blocks is looked up: the one who is forgotten had the
 * first block, the next one has the second, and nobody had both.
 */
@JCStressTest
@Outcome(id = {"0", "1"}, expect = Expect.ACCEPTABLE, desc = "before or after")
@Outcome(expect = Expect.FORBIDDEN, desc = "two lives taken for one")
@State
public class SlotsNextLifeStress {
    private static final Namespace NAMESPACE = new Namespace(1);
    private static final HolderGroups GROUPS = new HolderGroups(List.of(new int[] {1}), List.of(0));
    private static final BlockRow ROW = BlockRow.flat(1, 1, RankSet.SINGLE, 1, 16, 0);
    private static final BlockChain CHAIN =
            BlockChain.hashed(List.of(new BlockHash(1, 7), new BlockHash(2, 7)));

    private final FlatPrefixIndex index = new FlatPrefixIndex();
    private final PrefixLookup lookup = index.lookup(GROUPS);

    public SlotsNextLifeStress() {
        index.put(1, new BlockId(NAMESPACE, CHAIN.get(0)), ROW);
    }

    @Actor
    public void writer() {
        index.forget(1);
        index.put(1, new BlockId(NAMESPACE, CHAIN.get(1)), ROW);
    }

    @Actor
    public void reader(I_Result result) {
        lookup.along(NAMESPACE, CHAIN);
        result.r1 = lookup.blocks(0);
    }
}
