package dev.kvcachepool.prefixadvert.index;

import dev.kvcachepool.prefixadvert.wire.BlockChain;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.BlockRow;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.prefixadvert.wire.RankSet;
import java.util.List;
import java.util.stream.IntStream;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A run of six blocks is cut at its third, which goes and comes back, while a prompt is looked up along it: its holder has six
 * blocks or two, and the other one, who takes the fourth only, has none.
 */
@JCStressTest
@Outcome(id = {"6, 0", "2, 0"}, expect = Expect.ACCEPTABLE, desc = "with or without the third block")
@Outcome(expect = Expect.FORBIDDEN, desc = "a prefix that nobody had at any time")
@State
public class RunCutStress {
    private static final Namespace NAMESPACE = new Namespace(1);
    private static final HolderGroups GROUPS = new HolderGroups(List.of(new int[] {1}, new int[] {2}), List.of(0));
    private static final BlockChain CHAIN = BlockChain.hashed(
            IntStream.range(0, 6).mapToObj(block -> new BlockHash(block, 7)).toList());

    private final FlatPrefixIndex index = new FlatPrefixIndex();
    private final PrefixLookup lookup = index.lookup(GROUPS);

    public RunCutStress() {
        for (int block = 0; block < CHAIN.size(); block++) {
            put(1, block);
        }
    }

    private void put(int slot, int block) {
        var parent = block == 0 ? null : CHAIN.get(block - 1);
        var row = new BlockRow(1, 1, RankSet.SINGLE, 1, 16, 0, parent, block);
        index.put(slot, new BlockId(NAMESPACE, CHAIN.get(block)), row);
    }

    @Actor
    public void writer() {
        index.remove(1, new BlockId(NAMESPACE, CHAIN.get(2)));
        put(2, 3);
        put(1, 2);
    }

    @Actor
    public void reader(II_Result result) {
        lookup.along(NAMESPACE, CHAIN);
        result.r1 = lookup.blocks(0);
        result.r2 = lookup.blocks(1);
    }
}
