package dev.kvcachepool.router.pick;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.prefixadvert.hash.BlockHasher;
import dev.kvcachepool.prefixadvert.hash.BlockHashers;
import dev.kvcachepool.prefixadvert.hash.HashScheme;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ChainCacheTest {
    private static final BlockHasher BLAKE3 = BlockHashers.of(HashScheme.LMCACHE_BLAKE3, 4);

    private final ChainCache cache = new ChainCache(1 << 20);

    @Test
    void cachedChainsEqualUncachedOnes() {
        // Given prompts that branch off one another, under several schemes and block sizes, in a cache too small for
        // all
        var seed = System.nanoTime();
        System.out.println("ChainCacheTest seed " + seed);
        var random = new Random(seed);
        var small = new ChainCache(20_000);
        var hashers = List.of(
                BLAKE3,
                BlockHashers.of(HashScheme.LMCACHE_BLAKE3, 8),
                BlockHashers.of(HashScheme.VLLM_SHA256_CBOR, 4),
                BlockHashers.of(HashScheme.VLLM_XXHASH_CBOR, 4));
        var prompts = new ArrayList<int[]>(List.of(new int[] {1, 2, 3, 4}));

        for (int i = 0; i < 1000; i++) {
            // When
            var base = prompts.get(random.nextInt(prompts.size()));
            var prompt = Arrays.copyOf(base, random.nextInt(base.length + 12));
            for (int at = random.nextInt(prompt.length + 1); at < prompt.length; at++) {
                prompt[at] = random.nextInt(3);
            }
            prompts.add(prompt);
            var hasher = hashers.get(random.nextInt(hashers.size()));

            // Then
            assertThat(small.chain(hasher, prompt)).isEqualTo(uncached(hasher, prompt));
        }
    }

    @Test
    void tokensOfEqualHashAreToldApart() {
        // Given two blocks whose 32-bit hashes are equal: 31 * 1 + 0 = 31 * 0 + 31
        var one = new int[] {5, 5, 1, 0};
        var other = new int[] {5, 5, 0, 31};
        cache.chain(BLAKE3, one);

        // When
        var chain = cache.chain(BLAKE3, other);

        // Then
        assertThat(chain).isEqualTo(uncached(BLAKE3, other));
        assertThat(cache.chain(BLAKE3, one)).isEqualTo(uncached(BLAKE3, one));
    }

    @Test
    void theNextTurnHashesItsNewBlocksOnly() {
        // Given
        var counting = new CountingHasher();
        var turn = new int[400];
        Arrays.setAll(turn, i -> i);
        cache.chain(counting, turn);
        assertThat(counting.steps.get()).isEqualTo(100);

        // When
        var next = Arrays.copyOf(turn, 430);
        var chain = cache.chain(counting, next);

        // Then
        assertThat(counting.steps.get()).isEqualTo(107);
        assertThat(chain).hasSize(107).isEqualTo(uncached(BLAKE3, next));
    }

    @Test
    void aPromptShorterThanABlockHasNoChain() {
        assertThat(cache.chain(BLAKE3, new int[] {1, 2, 3})).isEmpty();
        assertThat(cache.chain(BLAKE3, new int[0])).isEmpty();
    }

    private static List<BlockHash> uncached(BlockHasher hasher, int[] tokens) {
        return hasher.chain(tokens).stream().map(BlockHash::of).toList();
    }

    private static final class CountingHasher implements BlockHasher {
        private final AtomicInteger steps = new AtomicInteger();

        @Override
        public HashScheme scheme() {
            return BLAKE3.scheme();
        }

        @Override
        public int blockTokens() {
            return BLAKE3.blockTokens();
        }

        @Override
        public byte[] root() {
            return BLAKE3.root();
        }

        @Override
        public byte[] next(byte[] parent, int[] tokens, int offset) {
            steps.incrementAndGet();
            return BLAKE3.next(parent, tokens, offset);
        }
    }
}
