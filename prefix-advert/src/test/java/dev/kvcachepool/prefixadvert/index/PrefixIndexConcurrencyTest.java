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
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One writer and readers at the same time, on workloads whose answers have known bounds. */
@Timeout(120)
class PrefixIndexConcurrencyTest {
    private static final Namespace NAMESPACE = new Namespace(7);
    private static final int SLOTS = 5;
    private static final int CHAINS = 40;
    private static final int CHAIN_BLOCKS = 2_000;
    private static final int READERS = 2;

    private final FlatPrefixIndex index = new FlatPrefixIndex();
    private final AtomicBoolean done = new AtomicBoolean();

    /** While blocks are only added in order, a prefix is as long as it was before the look-up, or up to what it is after. */
    @Test
    void seesWhatWasWrittenBeforeAndNothingThatWasNot() throws Exception {
        // Given
        var written = new AtomicIntegerArray(CHAINS * SLOTS);
        var groups = onePerSlot();

        // When
        var reads = whileWriting(
                () -> {
                    for (int block = 0; block < CHAIN_BLOCKS; block++) {
                        for (int i = 0; i < CHAINS * SLOTS; i++) {
                            index.put(i % SLOTS, id(i / SLOTS, block), row(Tier.HOST));
                            written.set(i, block + 1);
                        }
                    }
                },
                random -> {
                    var chain = (int) (random % CHAINS);
                    var before = counts(written, chain);
                    var matches = index.lookup(NAMESPACE, chain(chain), groups);
                    var after = counts(written, chain);
                    for (int slot = 0; slot < SLOTS; slot++) {
                        // One more than counted: the writer puts first and counts then.
                        assertThat(matches.get(slot).blocks()).isBetween(before[slot], after[slot] + 1);
                    }
                });

        // Then
        assertThat(reads).isPositive();
        assertThat(index.pairs()).isEqualTo((long) SLOTS * CHAINS * CHAIN_BLOCKS);
        assertThat(index.blocks()).isEqualTo((long) CHAINS * CHAIN_BLOCKS);
    }

    /**
     * Slot 0 holds chain 0 for ever. Slots 1 and up live short lives, each on one of two chains and one tier at a time; a
     * life that shows in a look-up must not be on the other tier.
     */
    @Test
    void neverTakesOneLifeForAnother() throws Exception {
        // Given
        var blocks = 300;
        var lives = 400;
        for (int block = 0; block < blocks; block++) {
            index.put(0, id(0, block), row(Tier.HOST));
        }
        var groups = onePerSlot();

        // When
        var reads = whileWriting(
                () -> {
                    for (int life = 0; life < lives; life++) {
                        var slot = 1 + life % (SLOTS - 1);
                        // Chain 0 is held on disk only, chain 1 in host memory only.
                        for (int block = 0; block < blocks; block++) {
                            index.put(slot, id(life % 2, block), row(life % 2 == 0 ? Tier.DISK : Tier.HOST));
                        }
                        for (int block = 0; block < blocks; block += 7) {
                            index.remove(slot, id(life % 2, block));
                        }
                        index.forget(slot);
                        assertThat(index.pairs()).isEqualTo(blocks);
                    }
                },
                random -> {
                    var chain = (int) (random % 2);
                    var matches = index.lookup(NAMESPACE, chain(chain), groups);
                    assertThat(matches.get(0).blocks()).isEqualTo(chain == 0 ? blocks : 0);
                    for (var match : matches.subList(1, SLOTS)) {
                        assertThat(match.on(Tier.HOST) + match.on(Tier.DISK)).isEqualTo(match.blocks());
                        assertThat(match.on(chain == 0 ? Tier.HOST : Tier.DISK)).isZero();
                    }
                });

        // Then
        assertThat(reads).isPositive();
        index.tidy();
        assertThat(index.blocks()).isEqualTo(blocks);
    }

    private interface Read {
        void with(long random);
    }

    private long whileWriting(Runnable writes, Read read) throws Exception {
        try (var threads = Executors.newFixedThreadPool(READERS + 1)) {
            var readers = IntStream.range(0, READERS)
                    .<Future<Long>>mapToObj(reader -> threads.submit(reading(reader, read)))
                    .toList();
            var writer = threads.submit(() -> {
                try {
                    writes.run();
                } finally {
                    done.set(true);
                }
            });
            writer.get();
            return sum(readers);
        }
    }

    private Callable<Long> reading(int seed, Read read) {
        return () -> {
            var reads = 0L;
            var random = mix(seed + 1);
            while (!done.get() || reads == 0) {
                random = mix(random + 1);
                read.with(random >>> 1);
                reads++;
            }
            return reads;
        };
    }

    private static long sum(List<Future<Long>> readers) throws ExecutionException, InterruptedException {
        var sum = 0L;
        for (var reader : readers) {
            sum += reader.get();
        }
        return sum;
    }

    private static HolderGroups onePerSlot() {
        return new HolderGroups(
                IntStream.range(0, SLOTS).mapToObj(slot -> new int[] {slot}).toList(), List.of(0));
    }

    private static int[] counts(AtomicIntegerArray written, int chain) {
        return IntStream.range(0, SLOTS)
                .map(slot -> written.get(chain * SLOTS + slot))
                .toArray();
    }

    private static BlockId id(int chain, int block) {
        return new BlockId(NAMESPACE, new BlockHash(mix(chain + 1), block));
    }

    private static BlockChain chain(int chain) {
        return BlockChain.hashed(IntStream.range(0, CHAIN_BLOCKS)
                .mapToObj(block -> id(chain, block).hash())
                .toList());
    }

    /** Of SplitMix64. */
    private static long mix(long z) {
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }

    private static BlockRow row(Tier tier) {
        return BlockRow.flat(tier.mask(), 1, RankSet.SINGLE, 1, 16, 0);
    }
}
