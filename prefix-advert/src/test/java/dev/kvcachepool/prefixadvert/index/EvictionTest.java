package dev.kvcachepool.prefixadvert.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.prefixadvert.wire.BlockChain;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.BlockRow;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.prefixadvert.wire.RankSet;
import dev.kvcachepool.prefixadvert.wire.Tier;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EvictionTest {
    private static final Namespace NAMESPACE = new Namespace(1);
    private static final BlockRow ROW = BlockRow.flat(Tier.HOST.mask(), 1, RankSet.SINGLE, 1, 16, 0);
    private static final int CHAIN_BLOCKS = 200;
    private static final long MAX_BYTES = 2 << 20;

    private final FlatPrefixIndex index = new FlatPrefixIndex(MAX_BYTES);

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsAskedForStays(boolean hashedHere) {
        // Given some chains that are asked for again and again
        UnaryOperator<BlockChain> as = chain -> hashedHere ? chain : BlockChain.of(List.copyOf(chain));
        var asked = IntStream.range(0, 10)
                .mapToObj(number -> as.apply(chain(number)))
                .toList();
        asked.forEach(chain -> put(1, chain));

        // When ten times as many blocks come as there is room for, and nobody asks for those
        for (int number = 100; number < 3000; number++) {
            put(2, chain(number));
            if (number % 10 == 0) {
                asked.forEach(chain -> lookUp(chain, 1));
                index.idle();
            }
        }

        // Then
        assertThat(asked).allSatisfy(chain -> assertThat(lookUp(chain, 1)).isEqualTo(CHAIN_BLOCKS));
        assertThat(index.bytes()).isLessThan(MAX_BYTES + MAX_BYTES / 8);
        assertThat(index.evicted()).isPositive();
        assertThat(index.refused()).isZero();
        assertThat(index.pairs()).isEqualTo(2910 * CHAIN_BLOCKS - index.evicted());
    }

    @Test
    void theNewestStayWhereNobodyAsks() {
        // When
        for (int number = 0; number < 3000; number++) {
            put(1, chain(number));
        }

        // Then
        assertThat(lookUp(chain(0), 1)).isZero();
        for (int number = 2990; number < 3000; number++) {
            assertThat(lookUp(chain(number), 1)).isEqualTo(CHAIN_BLOCKS);
        }
    }

    @Test
    void longSetsOfHoldersTakeRoomToo() {
        // Given blocks that would fit if few held them
        var random = new Random(1);
        var blocks = IntStream.range(0, 20)
                .mapToObj(number -> chain(number))
                .flatMap(List::stream)
                .toList();

        // When each is held by hundreds, and no two by the same
        for (int slot = 0; slot < 500; slot++) {
            for (var block : blocks) {
                if (random.nextBoolean()) {
                    index.put(slot, new BlockId(NAMESPACE, block), ROW);
                }
            }
        }

        // Then
        assertThat(index.bytes()).isLessThan(MAX_BYTES + MAX_BYTES / 4);
        assertThat(index.evicted() + index.refused()).isPositive();
    }

    @Test
    void anotherNamespaceFindsRoom() {
        // Given
        for (int number = 0; number < 1000; number++) {
            put(1, chain(number));
        }

        // When
        for (int namespace = 2; namespace < 20_000; namespace++) {
            index.put(1, new BlockId(new Namespace(namespace), new BlockHash(1, namespace)), ROW);
        }

        // Then
        assertThat(index.bytes()).isLessThan(MAX_BYTES + MAX_BYTES / 4);
        index.put(2, new BlockId(NAMESPACE, new BlockHash(7, 7)), ROW);
        assertThat(index.evicted()).isPositive();
    }

    @Test
    void whatIsLeftIsRight() {
        // Given writes of all kinds to an index that is full
        var seed = System.nanoTime();
        System.out.println("EvictionTest seed " + seed);
        var random = new Random(seed);
        var model = new NaivePrefixIndex();
        var groups = new HolderGroups(
                IntStream.range(0, 6).mapToObj(slot -> new int[] {slot}).toList(), List.of(0));
        for (int i = 0; i < 6000; i++) {
            int slot = random.nextInt(6);
            var chain = chain(random.nextInt(2000));
            switch (random.nextInt(100)) {
                case 0 -> {
                    index.forget(slot);
                    model.forget(slot);
                }
                case 1, 2, 3, 4, 5, 6, 7, 8, 9 -> {
                    for (var hash : chain.subList(random.nextInt(CHAIN_BLOCKS), CHAIN_BLOCKS)) {
                        index.remove(slot, new BlockId(NAMESPACE, hash));
                        model.remove(slot, new BlockId(NAMESPACE, hash));
                    }
                }
                default -> {
                    for (var hash : chain) {
                        index.put(slot, new BlockId(NAMESPACE, hash), ROW);
                        model.put(slot, new BlockId(NAMESPACE, hash), ROW);
                    }
                }
            }

            // When
            var asked = chain(random.nextInt(2000));
            var found = index.lookup(NAMESPACE, asked, groups);
            var right = model.lookup(NAMESPACE, asked, groups);

            // Then nobody is said to have more than it has
            for (int group = 0; group < 6; group++) {
                assertThat(found.get(group).blocks())
                        .as("seed %d, write %d", seed, i)
                        .isLessThanOrEqualTo(right.get(group).blocks());
            }
            index.idle();
        }
        assertThat(index.evicted()).isPositive();
        assertThat(index.bytes()).isLessThan(MAX_BYTES + MAX_BYTES / 4);

        // And nothing is left over of what has gone
        IntStream.range(0, 6).forEach(index::forget);
        index.tidy();
        assertThat(index.blocks()).isZero();
        assertThat(index.pairs()).isZero();
        assertThat(index.bytes()).isEqualTo(new FlatPrefixIndex().bytes());
    }

    private void put(int slot, BlockChain chain) {
        chain.forEach(hash -> index.put(slot, new BlockId(NAMESPACE, hash), ROW));
    }

    private int lookUp(BlockChain chain, int slot) {
        return index.lookup(NAMESPACE, chain, new HolderGroups(List.of(new int[] {slot}), List.of(0)))
                .getFirst()
                .blocks();
    }

    private static BlockChain chain(int number) {
        return BlockChain.hashed(IntStream.range(0, CHAIN_BLOCKS)
                .mapToObj(block -> new BlockHash(number, block))
                .toList());
    }
}
