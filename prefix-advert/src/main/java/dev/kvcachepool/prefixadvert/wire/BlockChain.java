package dev.kvcachepool.prefixadvert.wire;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.RandomAccess;

/**
 * The hashes of a prompt's blocks, in order, in one array: a look-up that leaps along a prompt waits for memory once a leap.
 * Immutable.
 */
public final class BlockChain extends AbstractList<BlockHash> implements RandomAccess {
    private final long[] halves;
    private final boolean hashed;

    private BlockChain(List<BlockHash> hashes, boolean hashed) {
        this.hashed = hashed;
        this.halves = new long[2 * hashes.size()];
        for (int i = 0; i < hashes.size(); i++) {
            halves[2 * i] = hashes.get(i).high();
            halves[2 * i + 1] = hashes.get(i).low();
        }
    }

    /** A copy of what somebody says to be a chain; {@code hashes} itself where it is of this class already. */
    public static BlockChain of(List<BlockHash> hashes) {
        return hashes instanceof BlockChain chain ? chain : new BlockChain(hashes, false);
    }

    /** A copy of a chain that this process has hashed itself. */
    public static BlockChain hashed(List<BlockHash> hashes) {
        return new BlockChain(hashes, true);
    }

    /** Whether each hash is known to cover all blocks before it, rather than said to. */
    public boolean isHashed() {
        return hashed;
    }

    /** {@link BlockHash#high()} of a block. */
    public long high(int block) {
        return halves[2 * block];
    }

    /** {@link BlockHash#low()} of a block. */
    public long low(int block) {
        return halves[2 * block + 1];
    }

    /**
     * How many blocks both begin with.
     *
     * @param known how many of them they are known to have in common
     */
    public int commonPrefix(BlockChain other, int known) {
        int mismatch = Arrays.mismatch(halves, 2 * known, halves.length, other.halves, 2 * known, other.halves.length);
        return mismatch < 0 ? size() : known + mismatch / 2;
    }

    @Override
    public BlockHash get(int block) {
        return new BlockHash(high(block), low(block));
    }

    @Override
    public int size() {
        return halves.length / 2;
    }
}
