package dev.kvcachepool.prefixadvert.wire;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;

/**
 * Which (KV group, rank) parts of a block are held: bit {@code group * worldSize + rank}. Immutable.
 *
 * <p>At most {@value #MAX_BITS} bits, so that a hostile row cannot ask for memory.
 */
public final class RankSet {
    public static final int MAX_BITS = 1 << 14;
    /** Rank 0 of group 0: all there is where the world has one rank and one group. */
    public static final RankSet SINGLE = new RankSet(new long[] {1});

    private final long[] words;

    private RankSet(long[] words) {
        this.words = words;
    }

    public static RankSet of(BitSet bits) {
        if (bits.length() > MAX_BITS) {
            throw new IllegalArgumentException("rank set has " + bits.length() + " bits, allowed are " + MAX_BITS);
        }
        var words = bits.toLongArray();
        return words.length == 1 && words[0] == 1 ? SINGLE : new RankSet(words);
    }

    public static RankSet of(int worldSize, int group, int rank) {
        var bits = new BitSet();
        bits.set(group * worldSize + rank);
        return of(bits);
    }

    public static RankSet ofBytes(byte[] bytes) {
        return bytes.length == 0 ? SINGLE : of(BitSet.valueOf(bytes));
    }

    public byte[] toBytes() {
        return equals(SINGLE) ? new byte[0] : BitSet.valueOf(words).toByteArray();
    }

    public RankSet union(RankSet other) {
        if (equals(other)) {
            return this;
        }
        var bits = BitSet.valueOf(words);
        bits.or(BitSet.valueOf(other.words));
        return of(bits);
    }

    /** Whether every rank of a world of {@code worldSize} is there for each of {@code groups}. */
    public boolean hasAll(int worldSize, Collection<Integer> groups) {
        for (int group : groups) {
            for (int rank = 0; rank < worldSize; rank++) {
                if (!has(group * worldSize + rank)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Whether a rank of a world of {@code worldSize} is there for a group. */
    public boolean has(int worldSize, int group, int rank) {
        long bit = (long) group * worldSize + rank;
        return bit < MAX_BITS && has((int) bit);
    }

    boolean isEmpty() {
        return words.length == 0;
    }

    private boolean has(int bit) {
        var word = bit >> 6;
        return word < words.length && (words[word] >>> bit & 1) != 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RankSet that && Arrays.equals(words, that.words);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(words);
    }

    @Override
    public String toString() {
        return BitSet.valueOf(words).toString();
    }
}
