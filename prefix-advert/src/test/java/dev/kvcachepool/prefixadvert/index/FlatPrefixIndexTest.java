package dev.kvcachepool.prefixadvert.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvcachepool.prefixadvert.wire.BlockChain;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.BlockRow;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.prefixadvert.wire.RankSet;
import dev.kvcachepool.prefixadvert.wire.Tier;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FlatPrefixIndexTest {
    private static final Namespace NAMESPACE = new Namespace(1);
    private final FlatPrefixIndex index = new FlatPrefixIndex();

    @Test
    void countsAChunkOnlyWhenTheGroupHasEveryRank() {
        // Given
        var ranks = List.of(RankSet.of(2, 0, 0), RankSet.of(2, 0, 1));
        index.put(1, id(0), row(Tier.HOST, 2, ranks.get(0)));
        index.put(2, id(0), row(Tier.GPU, 2, ranks.get(1)));
        index.put(1, id(1), row(Tier.HOST, 2, ranks.get(0)));

        // When
        var matches = index.lookup(
                NAMESPACE,
                chain(2),
                new HolderGroups(List.of(new int[] {1}, new int[] {2}, new int[] {1, 2}), List.of(0)));

        // Then
        assertThat(matches).extracting(PrefixMatch::blocks).containsExactly(0, 0, 1);
        assertThat(matches.get(2).on(Tier.GPU)).isOne();
    }

    @Test
    void wantsEveryKvGroupThatTheModelRequires() {
        // Given
        index.put(1, id(0), row(Tier.HOST, 1, RankSet.SINGLE));
        var slots = List.of(new int[] {1});

        // When, Then
        assertThat(index.lookup(NAMESPACE, chain(1), new HolderGroups(slots, List.of(0))))
                .extracting(PrefixMatch::blocks)
                .containsExactly(1);
        assertThat(index.lookup(NAMESPACE, chain(1), new HolderGroups(slots, List.of(0, 1))))
                .extracting(PrefixMatch::blocks)
                .containsExactly(0);
    }

    @Test
    void partsOfDifferentWorldsDoNotFitTogether() {
        // Given
        index.put(1, id(0), row(Tier.HOST, 2, RankSet.of(2, 0, 0)));
        index.put(2, id(0), row(Tier.HOST, 3, RankSet.of(3, 0, 1)));

        // When
        var matches = index.lookup(NAMESPACE, chain(1), new HolderGroups(List.of(new int[] {1, 2}), List.of(0)));

        // Then
        assertThat(matches).extracting(PrefixMatch::blocks).containsExactly(0);
    }

    @Test
    void aBlockInTheMiddleOfAPromptThatIsKnownMayBeAskedForAlone() {
        // Given: learnt as a whole from look-ups, and one block gone since
        for (int i = 0; i < 20; i++) {
            index.put(1, id(i), row(Tier.HOST, 1, RankSet.SINGLE));
        }
        var lookup = index.lookup(new HolderGroups(List.of(new int[] {1}), List.of(0)));
        for (int i = 0; i < 5; i++) {
            lookup.along(NAMESPACE, BlockChain.hashed(chain(20)));
            index.tidy();
        }
        index.remove(1, id(9));

        // When
        var held = IntStream.range(0, 20)
                .filter(i -> {
                    lookup.along(NAMESPACE, List.of(id(i).hash()));
                    return lookup.blocks(0) == 1;
                })
                .toArray();

        // Then
        assertThat(held)
                .containsExactly(IntStream.range(0, 20).filter(i -> i != 9).toArray());
        lookup.along(NAMESPACE, BlockChain.hashed(chain(20)));
        assertThat(lookup.blocks(0)).isEqualTo(9);
    }

    @Test
    void namespacesDoNotSeeEachOther() {
        // Given
        index.put(1, id(0), row(Tier.HOST, 1, RankSet.SINGLE));

        // When
        var matches = index.lookup(new Namespace(2), chain(1), new HolderGroups(List.of(new int[] {1}), List.of(0)));

        // Then
        assertThat(matches).extracting(PrefixMatch::blocks).containsExactly(0);
    }

    @Test
    void aForgottenSlotStartsAnew() {
        // Given
        put(1, 0, 1000);
        put(2, 0, 500);

        // When
        index.forget(1);
        put(1, 0, 3);

        // Then
        assertThat(lookup(1000, 1, 2)).containsExactly(3, 500);
        assertThat(index.pairs()).isEqualTo(503);
        index.tidy();
        assertThat(index.blocks()).isEqualTo(500);
    }

    @Test
    void learnsFromChainsThatWereHashedHereOnly() {
        // Given
        put(1, 0, 1000);
        var told = BlockChain.of(List.copyOf(chain(1000)));
        var before = index.bytes();

        // When
        assertThat(lookup(told, 1)).containsExactly(1000);
        index.tidy();

        // Then
        assertThat(index.bytes()).isEqualTo(before);

        // When
        assertThat(lookup(1000, 1)).containsExactly(1000);
        index.tidy();

        // Then: what it has learnt lies in memory, and goes with the blocks
        assertThat(index.bytes()).isGreaterThan(before);
        assertThat(lookup(told, 1)).containsExactly(1000);
        for (int block = 0; block < 1000; block++) {
            index.remove(1, id(block));
        }
        index.tidy();
        assertThat(index.bytes()).isLessThan(before);
    }

    @Test
    void aRunIsWhatItsBlocksAre() {
        // Given
        put(1, 0, 100);
        assertThat(lookup(100, 1)).containsExactly(100);
        index.tidy();

        // When, Then: a hole ends the prefix, whatever was learnt
        index.remove(1, id(40));
        assertThat(lookup(100, 1)).containsExactly(40);
        index.tidy();
        assertThat(lookup(100, 1)).containsExactly(40);

        // When, Then: so does another holder
        put(1, 40, 41);
        put(2, 0, 70);
        assertThat(lookup(100, 1, 2)).containsExactly(100, 70);
        index.tidy();
        assertThat(lookup(100, 1, 2)).containsExactly(100, 70);

        // When, Then: and a holder that is gone
        index.forget(1);
        assertThat(lookup(100, 1, 2)).containsExactly(0, 70);
        index.tidy();
        assertThat(lookup(100, 1, 2)).containsExactly(0, 70);
    }

    @Test
    void givesMemoryBackWhenEverythingIsRemovedOrForgotten() {
        // Given
        var empty = index.bytes();
        put(1, 0, 100_000);
        put(2, 50_000, 200_000);
        assertThat(index.bytes()).isGreaterThan(2_000_000);

        // When
        for (int block = 0; block < 100_000; block++) {
            index.remove(1, id(block));
        }
        index.forget(2);
        index.tidy();

        // Then
        assertThat(index.blocks()).isZero();
        assertThat(index.pairs()).isZero();
        assertThat(index.bytes()).isEqualTo(empty);
    }

    @Test
    void countsTheBytesOfLongListsBothWays() {
        // Given blocks of many holders
        var empty = index.bytes();
        for (int slot = 0; slot < 10; slot++) {
            put(slot, 0, 100);
        }

        // When half of them have them no more, one by one, and the others are forgotten
        for (int slot = 0; slot < 5; slot++) {
            for (int block = 0; block < 100; block++) {
                index.remove(slot, id(block));
            }
        }
        IntStream.range(5, 10).forEach(index::forget);
        index.tidy();

        // Then
        assertThat(index.bytes()).isEqualTo(empty);
    }

    @Test
    void whatNobodyHasAnyMoreIsNotLearnt() {
        // Given a chain whose second half has been removed
        var empty = index.bytes();
        put(1, 0, 1000);
        for (int block = 500; block < 1000; block++) {
            index.remove(1, id(block));
        }

        // When it is learnt from a look-up of all of it, and the first half goes too
        assertThat(lookup(1000, 1)).containsExactly(500);
        index.tidy();
        for (int block = 0; block < 500; block++) {
            index.remove(1, id(block));
        }

        // Then
        assertThat(index.bytes()).isEqualTo(empty);
    }

    @Test
    void idsAreUsedAgain() {
        // Given, When
        for (int life = 0; life < 200_000; life++) {
            index.put(life % 8, id(life % 50), row(Tier.HOST, 1, RankSet.SINGLE));
            index.forget(life % 8);
        }

        // Then
        index.tidy();
        assertThat(index.pairs()).isZero();
        assertThat(index.blocks()).isZero();
    }

    @Test
    void refusesSlotsThatAreNoSmallNumbers() {
        assertThatThrownBy(() -> index.put(-1, id(0), row(Tier.HOST, 1, RankSet.SINGLE)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(index.remove(5, id(0))).isFalse();
        index.forget(1 << 30);
    }

    private void put(int slot, int from, int to) {
        for (int block = from; block < to; block++) {
            index.put(slot, id(block), row(Tier.HOST, 1, RankSet.SINGLE));
        }
    }

    private List<Integer> lookup(int blocks, int... slots) {
        return lookup(chain(blocks), slots);
    }

    private List<Integer> lookup(BlockChain chain, int... slots) {
        var groups = IntStream.of(slots).mapToObj(slot -> new int[] {slot}).toList();
        return index.lookup(NAMESPACE, chain, new HolderGroups(groups, List.of(0))).stream()
                .map(PrefixMatch::blocks)
                .toList();
    }

    private static BlockId id(int block) {
        return new BlockId(NAMESPACE, new BlockHash(block, 0));
    }

    private static BlockChain chain(int blocks) {
        return BlockChain.hashed(
                IntStream.range(0, blocks).mapToObj(block -> id(block).hash()).toList());
    }

    private static BlockRow row(Tier tier, int worldSize, RankSet held) {
        return BlockRow.flat(tier.mask(), worldSize, held, 1, 16, 0);
    }
}
