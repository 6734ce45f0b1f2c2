package dev.kvcachepool.prefixadvert.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.prefixadvert.wire.BlockChain;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.BlockRow;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.prefixadvert.wire.RankSet;
import dev.kvcachepool.prefixadvert.wire.Tier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random histories against {@link NaivePrefixIndex}. The same history again: {@code -Dkvp.seed=…}. */
class PrefixIndexModelTest {
    private static final int CHAINS = 12;
    private static final int CHAIN_BLOCKS = 40;
    private static final int NAMESPACES = 3;

    private final long seed = Long.getLong("kvp.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final FlatPrefixIndex index = new FlatPrefixIndex();
    private final NaivePrefixIndex model = new NaivePrefixIndex();

    @ParameterizedTest
    @ValueSource(ints = {3, 12, 200})
    void answersAsTheModelDoes(int slots) {
        System.out.println("kvp.seed=" + seed);
        for (int round = 0; round < 150; round++) {
            // Given
            for (int i = 0; i < 400; i++) {
                write(slots);
            }
            var namespace = namespace();
            var chain = chain(random.nextInt(CHAINS));
            var groups = groups(slots);

            // When
            var matches = index.lookup(namespace, chain, groups);

            // Then
            var expected = model.lookup(namespace, chain, groups);
            assertThat(told(matches)).as("seed %d, round %d", seed, round).isEqualTo(told(expected));
            var blocks =
                    chain.stream().map(hash -> new BlockId(namespace, hash)).toList();
            var asked = IntStream.range(0, slots + 1)
                    .filter(slot -> random.nextBoolean())
                    .toArray();
            assertThat(told(index.holders(blocks, asked), asked))
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(told(model.holders(blocks, asked), asked));
            assertThat(index.pairs()).as("seed %d, round %d", seed, round).isEqualTo(model.pairs());
            assertThat(index.blocks()).isGreaterThanOrEqualTo(model.blocks());
        }
        index.tidy();
        assertThat(index.blocks()).as("seed %d", seed).isEqualTo(model.blocks());
    }

    private void write(int slots) {
        var slot = random.nextInt(slots);
        var id = new BlockId(namespace(), chain(random.nextInt(CHAINS)).get(random.nextInt(CHAIN_BLOCKS)));
        var dice = random.nextInt(10_000);
        if (dice < 9_000) {
            // A run of blocks, as prompts give them.
            var chain = chain(random.nextInt(CHAINS));
            var first = random.nextInt(CHAIN_BLOCKS);
            for (var hash : chain.subList(first / 4, first)) {
                var block = new BlockId(id.namespace(), hash);
                var row = row();
                assertThat(index.put(slot, block, row)).as("seed %d", seed).isEqualTo(model.put(slot, block, row));
            }
        } else if (dice < 9_900) {
            assertThat(index.remove(slot, id)).as("seed %d", seed).isEqualTo(model.remove(slot, id));
        } else {
            index.forget(slot);
            model.forget(slot);
        }
    }

    private BlockRow row() {
        var tiers = 1 + random.nextInt((1 << Tier.COUNT) - 1);
        var whole = random.nextInt(3) > 0;
        if (whole && random.nextBoolean()) {
            return BlockRow.flat(tiers, 1, RankSet.SINGLE, 1, 16, 0);
        }
        var world = 1 + random.nextInt(4);
        var bits = new BitSet();
        bits.set(0, world * 2);
        if (!whole) {
            bits.clear(random.nextInt(world * 2));
            bits.clear(random.nextInt(world * 2));
        }
        return BlockRow.flat(tiers, world, RankSet.of(bits), 1, 16, 0);
    }

    private HolderGroups groups(int slots) {
        var groups = new ArrayList<int[]>();
        for (int group = random.nextInt(20); group >= 0; group--) {
            groups.add(IntStream.range(0, random.nextInt(5))
                    .map(i -> random.nextInt(slots + 1))
                    .toArray());
        }
        return new HolderGroups(groups, random.nextBoolean() ? List.of(0) : List.of(0, 1));
    }

    private Namespace namespace() {
        return new Namespace(random.nextInt(NAMESPACES));
    }

    /** Chains in pairs of a common first half. */
    private static BlockChain chain(int number) {
        return BlockChain.hashed(IntStream.range(0, CHAIN_BLOCKS)
                .mapToObj(block -> new BlockHash(block, block < CHAIN_BLOCKS / 2 ? number / 2 : 1000 + number))
                .toList());
    }

    /** In any order, and only of those that were asked about. */
    private static List<Set<BlockHolding>> told(List<List<BlockHolding>> holders, int[] asked) {
        assertThat(holders)
                .allSatisfy(block -> assertThat(Arrays.stream(asked).boxed())
                        .containsAll(block.stream().map(BlockHolding::slot).toList()));
        return holders.stream().map(Set::copyOf).toList();
    }

    private static List<String> told(List<PrefixMatch> matches) {
        return matches.stream()
                .map(match -> match.blocks()
                        + Arrays.toString(
                                Arrays.stream(Tier.values()).mapToInt(match::on).toArray()))
                .toList();
    }
}
