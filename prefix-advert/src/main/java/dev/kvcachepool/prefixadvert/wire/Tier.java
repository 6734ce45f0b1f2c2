package dev.kvcachepool.prefixadvert.wire;

/** Where a block's bytes lie, fastest first. The index is the bit in the wire format's masks. */
public enum Tier {
    ENGINE_GPU(0),
    ENGINE_HOST(1),
    GPU(2),
    HOST(3),
    DISK(4);

    /** Number of tiers: indexes are 0 to {@code COUNT - 1}. */
    public static final int COUNT = 5;

    private final int index;

    Tier(int index) {
        this.index = index;
    }

    /** The tier at an index. */
    public static Tier ofIndex(int index) {
        return values()[index];
    }

    /** The place of this tier in the order from fastest to slowest. */
    public int index() {
        return index;
    }

    /** The bit that stands for this tier in a mask. */
    public int mask() {
        return 1 << index;
    }

    public boolean in(int tiers) {
        return (tiers & mask()) != 0;
    }
}
