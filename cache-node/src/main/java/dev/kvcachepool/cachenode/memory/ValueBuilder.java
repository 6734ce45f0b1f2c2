package dev.kvcachepool.cachenode.memory;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A value on its way in: takes memory an extent at a time, as bytes really arrive. Owned by one thread, which closes it.
 *
 * <p>Once there is no room it holds nothing and stays {@link #dropped()}; the rest of the bytes is for the caller to
 * skip.
 */
public final class ValueBuilder implements AutoCloseable {
    private final PagedArena arena;
    private final ExtentSource source;
    private final Tenant tenant;
    private final long size;
    private final List<Extent> extents = new ArrayList<>(1);
    private long allocated;
    private long handedOut;
    private @Nullable ByteBuffer space;
    /** Of what has arrived, where values get a checksum at once. */
    private final @Nullable CRC32 crc;
    /** Where in {@link #space} the bytes begin that the checksum has not seen. */
    private int unseen;

    private boolean dropped;
    private boolean settled;

    /** Starts a value of exactly {@code size} bytes of a tenant's; takes no memory yet. */
    public ValueBuilder(PagedArena arena, ExtentSource source, Tenant tenant, long size) {
        this.arena = arena;
        this.source = source;
        this.tenant = tenant;
        this.size = size;
        this.crc = arena.isInFiles() ? new CRC32() : null;
    }

    /** Bytes of the finished value. */
    public long size() {
        return size;
    }

    /** Whether there was no room for it. */
    public boolean dropped() {
        return dropped;
    }

    /** Bytes of the value that have not arrived, whether there is room for them or not. */
    public long missing() {
        return size - handedOut + (space == null ? 0 : space.remaining());
    }

    /**
     * Where the next bytes go, by advancing the buffer's position; never reaches beyond the value's end.
     *
     * @return a buffer with at least one byte left, the same until it is full; null when the value is complete or
     *     dropped
     */
    public @Nullable ByteBuffer space() {
        digest();
        if (space != null && space.hasRemaining()) {
            return space;
        }
        if (dropped || handedOut == size) {
            return null;
        }
        long before = handedOut;
        var extent = takeExtent();
        space = extent == null ? null : arena.view(extent, (int) (handedOut - before));
        unseen = 0;
        return space;
    }

    /** Bytes are digested as they arrive, still in the processor's cache. */
    private void digest() {
        if (crc != null && space != null && space.position() > unseen) {
            crc.update(space.duplicate().flip().position(unseen));
            unseen = space.position();
        }
    }

    /** Takes memory for the next bytes; null when there is none, and then the value is dropped. */
    private @Nullable Extent takeExtent() {
        var extent = source.take(tenant, size - handedOut);
        if (extent == null) {
            dropped = true;
            free();
            return null;
        }
        extents.add(extent);
        allocated += extent.bytes();
        handedOut += Math.min(extent.bytes(), size - handedOut);
        return extent;
    }

    /**
     * Room for the whole value at once, for who fills it block by block, all of it before {@link #build}.
     *
     * @return whole units, so that the last buffer reaches beyond the value's end; null when dropped
     */
    public ByteBuffer @Nullable [] blocks() {
        while (handedOut < size) {
            if (dropped || takeExtent() == null) {
                return null;
            }
        }
        return extents.stream()
                .map(extent -> arena.view(extent, extent.bytes()))
                .toArray(ByteBuffer[]::new);
    }

    /**
     * Room for the whole value at once, for who fills it by other means than buffers, all of it before {@link #build(int)}.
     *
     * @return null when dropped
     */
    public @Nullable List<Extent> extents() {
        while (handedOut < size) {
            if (dropped || takeExtent() == null) {
                return null;
            }
        }
        return List.copyOf(extents);
    }

    /**
     * The finished value, which the caller now holds.
     *
     * @throws IllegalStateException when bytes are missing or it was dropped
     */
    public Value build() {
        digest();
        boolean streamed = space != null || size == 0;
        var value = finish(crc != null && streamed ? crc.getValue() : Value.NO_CHECKSUM);
        if (crc != null && !streamed) {
            // It was filled block by block.
            int ignored = value.crc32();
        }
        return value;
    }

    /** As {@link #build()}, of content whose CRC-32 is known, and that need not be seen here. */
    public Value build(int crc32) {
        return finish(Integer.toUnsignedLong(crc32));
    }

    private Value finish(long checksum) {
        if (dropped || settled || missing() > 0) {
            throw new IllegalStateException("value of " + size + " bytes is not complete");
        }
        var value = new Value(arena, tenant, size, extents, checksum);
        settled = true;
        source.settled(allocated);
        return value;
    }

    /** Frees what was taken unless the value was built. */
    @Override
    public void close() {
        if (!settled) {
            free();
            settled = true;
        }
    }

    /**
     * Gives up what was taken without ever giving it back, as somebody may still write it; it is in flight no more. Instead of
     * {@link #close}, which does nothing after it.
     */
    public void abandon() {
        if (!settled) {
            settled = true;
            space = null;
            source.settled(allocated);
        }
    }

    private void free() {
        space = null;
        arena.free(extents);
        extents.clear();
        source.settled(allocated);
        allocated = 0;
    }
}
