package dev.kvcachepool.router.pick;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.prefixadvert.table.Liveness;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.prefixadvert.wire.RankSet;
import dev.kvcachepool.router.pick.Locator.Located;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@code /v1/locate} says stays small however many hold a block and however often it is asked for. */
class LocatorTest {
    private static final Namespace NAMESPACE = new Namespace(7);
    private static final int NODES = 200;
    private static final int BLOCKS = 1024;

    private final FakeAdverts adverts = new FakeAdverts();
    private final Locator locator =
            new Locator(new PoolNodes(adverts, FakeAdverts.POOL, Placement.NODE_LOCAL, System::nanoTime));
    private final List<BlockHash> chain =
            IntStream.range(0, BLOCKS).mapToObj(i -> new BlockHash(1, i)).toList();
    private final List<BlockId> blocks =
            chain.stream().map(hash -> new BlockId(NAMESPACE, hash)).toList();

    @BeforeEach
    void allHoldAll() {
        for (int i = 0; i < NODES; i++) {
            adverts.node(name(i), Liveness.FRESH, FakeAdverts.MODEL).hold(name(i), NAMESPACE, chain);
        }
    }

    @Test
    void ofManyThatHaveTheSameSomeAreNamedAndNotAlwaysTheSameOnes() {
        // Given
        var named = new HashSet<String>();

        // When
        for (int i = 0; i < 100; i++) {
            var located = locator.locate(blocks.subList(0, 1)).getFirst();
            assertThat(located).hasSize(Locator.MOST_ALIKE);
            located.forEach(one -> named.add(one.node().value()));
        }

        // Then: of a hundred draws of eight of two hundred
        assertThat(named).hasSizeGreaterThan(NODES / 2);
    }

    @Test
    void aBlockAskedForAThousandTimesIsLookedUpOnce() {
        // When
        var located = locator.locate(Collections.nCopies(BLOCKS, blocks.getFirst()));

        // Then: it is one list
        assertThat(located).hasSize(BLOCKS).allSatisfy(list -> assertThat(list).isSameAs(located.getFirst()));
    }

    @Test
    void anAnswerIsBoundedAndEachBlockGetsItsShare() {
        // Given nodes that have different ranks each, so that none can stand for another
        for (int i = 0; i < NODES; i++) {
            adverts.ranks(name(i), ranks(i));
        }

        // When
        var located = locator.locate(blocks);

        // Then
        assertThat(located).hasSize(BLOCKS).allMatch(list -> list.size() == Locator.MOST_ROWS / BLOCKS);
    }

    @Test
    void whatSomeDontNeedIsForTheOthers() {
        // Given
        var nobody = IntStream.range(0, BLOCKS - 1)
                .mapToObj(i -> new BlockId(NAMESPACE, new BlockHash(2, i)))
                .toList();
        for (int i = 0; i < NODES; i++) {
            adverts.ranks(name(i), ranks(i));
        }

        // When
        var asked = new ArrayList<>(nobody);
        asked.add(blocks.getFirst());
        var located = locator.locate(asked);

        // Then
        assertThat(located.subList(0, nobody.size())).allMatch(List::isEmpty);
        assertThat(located.getLast().stream().map(Located::node)).hasSize(NODES).doesNotHaveDuplicates();
    }

    private static String name(int node) {
        return "n" + node;
    }

    /** Two of 64 ranks, other ones for each node. */
    private static RankSet ranks(int node) {
        var bits = new BitSet();
        bits.set(node % 60);
        bits.set(60 + node / 60);
        return RankSet.of(bits);
    }
}
