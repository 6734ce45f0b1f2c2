package dev.kvcachepool.router.pick;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.kvcachepool.prefixadvert.hash.BlockHasher;
import dev.kvcachepool.prefixadvert.hash.HashScheme;
import dev.kvcachepool.prefixadvert.wire.BlockChain;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import java.util.ArrayList;
import java.util.Arrays;

/**
 * Chains of block hashes, cached by prefix: the next turn of a conversation hashes its new tokens only.
 *
 * <p>A chain is a walk: from the root, each step goes from a block's hash and the next block's tokens to the next hash. The
 * cache holds single steps, so that any prefix shared by any two prompts is shared here, too:
 *
 * <ol>
 *   <li>key = scheme, block size, the first 128 bits of the parent's hash, a 32-bit hash of the block's tokens;
 *   <li>a hit is believed only if the whole parent hash and every token are equal to what was hashed then. Hence a step is
 *       right by the hasher being a function, and a chain by induction: no collision, chance or crafted, gives a wrong
 *       one; it only makes two steps displace one another;
 *   <li>else the block is hashed, and replaces what was there.
 * </ol>
 *
 * <p>Bounded by bytes. Thread-safe.
 */
public final class ChainCache {
    private static final int STEP_OVERHEAD_BYTES = 256;

    private final Cache<Key, Step> steps;

    /** A cache of about {@code maxBytes} of heap. */
    public ChainCache(long maxBytes) {
        this.steps = Caffeine.newBuilder()
                .maximumWeight(maxBytes)
                .<Key, Step>weigher((key, step) -> STEP_OVERHEAD_BYTES + step.tokens.length * Integer.BYTES)
                .executor(Runnable::run)
                .build();
    }

    /** The chain of all full blocks of {@code tokens}, as {@code hasher} has it. */
    public BlockChain chain(BlockHasher hasher, int[] tokens) {
        var size = hasher.blockTokens();
        var chain = new ArrayList<BlockHash>(tokens.length / size);
        var parent = hasher.root();
        for (int offset = 0; offset + size <= tokens.length; offset += size) {
            var step = step(hasher, parent, tokens, offset);
            chain.add(step.block);
            parent = step.hash;
        }
        return BlockChain.hashed(chain);
    }

    /** Number of cached steps, about. */
    public long size() {
        return steps.estimatedSize();
    }

    private Step step(BlockHasher hasher, byte[] parent, int[] tokens, int offset) {
        var end = offset + hasher.blockTokens();
        var key = new Key(hasher.scheme(), hasher.blockTokens(), BlockHash.of(parent), tokensHash(tokens, offset, end));
        var known = steps.getIfPresent(key);
        if (known != null
                && Arrays.equals(known.parent, parent)
                && Arrays.equals(known.tokens, 0, known.tokens.length, tokens, offset, end)) {
            return known;
        }
        var hash = hasher.next(parent, tokens, offset);
        var step = new Step(parent, Arrays.copyOfRange(tokens, offset, end), hash, BlockHash.of(hash));
        steps.put(key, step);
        return step;
    }

    private static int tokensHash(int[] tokens, int from, int to) {
        int hash = 1;
        for (int i = from; i < to; i++) {
            hash = 31 * hash + tokens[i];
        }
        return hash;
    }

    private record Key(HashScheme scheme, int blockTokens, BlockHash parent, int tokensHash) {}

    private static final class Step {
        final byte[] parent;
        final int[] tokens;
        final byte[] hash;
        final BlockHash block;

        Step(byte[] parent, int[] tokens, byte[] hash, BlockHash block) {
            this.parent = parent;
            this.tokens = tokens;
            this.hash = hash;
            this.block = block;
        }
    }
}
