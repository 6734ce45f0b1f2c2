package dev.kvcachepool.cachenode.memory;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A fixed number of bytes outside the heap, handed out as extents: runs of 4 KiB units within 2 MiB pages. Thread-safe.
 *
 * <p>Memory is reserved at once and becomes resident page by page as it is first used. An extent belongs to whoever
 * took it until it is freed; the arena never looks at its content.
 */
public final class PagedArena implements AutoCloseable {
    public static final int PAGE_BYTES = 2 << 20;
    public static final int UNIT_BYTES = 4 << 10;
    /** A slice fits a ByteBuffer. */
    private static final int SLICE_PAGES = 512;

    private final Arena memory = Arena.ofShared();
    private final ByteBuffer[] slices;
    private final PageMap map;
    private final long capacity;

    /**
     * Reserves whole pages.
     *
     * @param bytes at least one page; what exceeds whole pages is not used
     * @throws OutOfMemoryError when the system refuses that much
     */
    public PagedArena(long bytes) {
        long pages = bytes / PAGE_BYTES;
        if (pages < 1 || pages > Integer.MAX_VALUE / PageMap.UNITS) {
            throw new IllegalArgumentException("arena of " + bytes + " bytes: at least one page of " + PAGE_BYTES
                    + " bytes, at most 8 TiB are possible");
        }
        this.capacity = pages * PAGE_BYTES;
        this.map = new PageMap((int) pages);
        this.slices = new ByteBuffer[(int) ((pages + SLICE_PAGES - 1) / SLICE_PAGES)];
        for (int i = 0; i < slices.length; i++) {
            long inSlice = Math.min(SLICE_PAGES, pages - (long) i * SLICE_PAGES);
            slices[i] = AnonymousMemory.map(inSlice * PAGE_BYTES, memory).asByteBuffer();
        }
    }

    /** Bytes that can be handed out. */
    public long capacityBytes() {
        return capacity;
    }

    /** Bytes handed out and not yet freed, in whole units. */
    public synchronized long usedBytes() {
        return capacity - map.freeUnits() * UNIT_BYTES;
    }

    /**
     * Takes an extent.
     *
     * @param wanted bytes, at least 1; more than a page is taken as a page
     * @param least bytes of the shortest extent worth taking
     * @return an extent that holds {@code wanted} bytes or, where no free run is that long, at least {@code least};
     *     null when there is none
     */
    public synchronized @Nullable Extent allocate(long wanted, long least) {
        int units = units(Math.min(wanted, PAGE_BYTES));
        return map.allocate(units, Math.min(units, units(Math.min(least, PAGE_BYTES))));
    }

    /** Gives an extent back; the caller no longer touches its bytes. */
    public synchronized void free(Extent extent) {
        map.free(extent);
    }

    /** Gives extents back. */
    synchronized void free(Iterable<Extent> extents) {
        extents.forEach(map::free);
    }

    /** A fresh view of the first {@code length} bytes of an extent that the caller holds. */
    public ByteBuffer view(Extent extent, int length) {
        var slice = slices[extent.page() / SLICE_PAGES];
        return slice.slice(extent.page() % SLICE_PAGES * PAGE_BYTES + extent.first() * UNIT_BYTES, length);
    }

    /** Returns all memory to the system; nobody may read or write a view of it any more. */
    @Override
    public void close() {
        memory.close();
    }

    private static int units(long bytes) {
        return (int) ((bytes + UNIT_BYTES - 1) / UNIT_BYTES);
    }
}
