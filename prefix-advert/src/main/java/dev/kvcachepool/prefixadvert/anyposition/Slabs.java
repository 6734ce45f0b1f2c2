package dev.kvcachepool.prefixadvert.anyposition;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Memory off the heap in slabs of one size, taken as needed and kept. A place is a slab's number and a granule of 64 bytes
 * in it, in one int.
 *
 * <p>A slab's version is odd while something in it changes in place, and has changed once anything has: whoever reads takes
 * the version first and looks again afterwards (Lamport's counters, Linux' seqlock). Uses are counted beside the slabs, so
 * that a reader who comes late writes into nobody's tokens. One writer, any number of readers.
 */
final class Slabs {
    static final int GRANULE = 64;
    private static final int MOST_USES = 100;

    private final int slabBytes;
    private final int granuleBits;
    private final MemorySegment[] memory;
    private final byte[][] uses;
    private final AtomicIntegerArray versions;
    private final int[] liveBytes;
    private final int[] filledBytes;
    private int allocated;

    /**
     * No slab yet.
     *
     * @param slabBytes a power of two
     */
    Slabs(int slabBytes, int most) {
        this.slabBytes = slabBytes;
        this.granuleBits = Integer.numberOfTrailingZeros(slabBytes / GRANULE);
        this.memory = new MemorySegment[most];
        this.uses = new byte[most][];
        this.versions = new AtomicIntegerArray(most);
        this.liveBytes = new int[most];
        this.filledBytes = new int[most];
    }

    /** Bytes that a slab of so many takes with what is counted beside it. */
    static long bytes(int slabBytes) {
        return (long) slabBytes + slabBytes / GRANULE;
    }

    int slabBytes() {
        return slabBytes;
    }

    /** Slabs that may still be allocated. */
    int left() {
        return memory.length - allocated;
    }

    int allocated() {
        return allocated;
    }

    /** A new slab's number. Its memory goes when nobody refers to this object. */
    int allocate() {
        memory[allocated] = Arena.ofAuto().allocate(slabBytes, GRANULE);
        uses[allocated] = new byte[slabBytes / GRANULE];
        return allocated++;
    }

    int place(int slab, int offset) {
        return slab << granuleBits | offset / GRANULE;
    }

    int slab(int place) {
        return place >>> granuleBits;
    }

    int offset(int place) {
        return (place & ((1 << granuleBits) - 1)) * GRANULE;
    }

    MemorySegment memory(int slab) {
        return memory[slab];
    }

    int version(int slab) {
        return versions.get(slab);
    }

    /** What is said of the slab's places is no longer so, or soon; see {@link #changed}. */
    void changing(int slab) {
        versions.incrementAndGet(slab);
    }

    void changed(int slab) {
        versions.incrementAndGet(slab);
    }

    /** Counts a use of what is at a place. Several at once may count as one. */
    void use(int place) {
        byte[] ofSlab = uses[slab(place)];
        int granule = offset(place) / GRANULE;
        if (ofSlab[granule] < MOST_USES) {
            ofSlab[granule]++;
        }
    }

    int uses(int place) {
        return uses[slab(place)][offset(place) / GRANULE];
    }

    /** What moved to {@code to} keeps half of its uses, so that old ones fade. */
    void moveUses(int from, int to) {
        uses[slab(to)][offset(to) / GRANULE] = (byte) (uses(from) / 2);
    }

    /** The offset of so many more bytes at the slab's end; -1 if there is no room. */
    int append(int slab, int bytes) {
        int offset = filledBytes[slab];
        if (offset + bytes > slabBytes) {
            return -1;
        }
        filledBytes[slab] = offset + bytes;
        liveBytes[slab] += bytes;
        uses[slab][offset / GRANULE] = 0;
        return offset;
    }

    /** What so many bytes of the slab were for is no longer wanted. */
    void release(int slab, int bytes) {
        liveBytes[slab] -= bytes;
    }

    int liveBytes(int slab) {
        return liveBytes[slab];
    }

    int filledBytes(int slab) {
        return filledBytes[slab];
    }

    /** Empties a slab that nothing points into any more; readers that still look at it find its version changed. */
    void empty(int slab) {
        versions.addAndGet(slab, 2);
        filledBytes[slab] = 0;
        liveBytes[slab] = 0;
    }
}
