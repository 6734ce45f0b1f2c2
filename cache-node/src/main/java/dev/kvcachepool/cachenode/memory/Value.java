package dev.kvcachepool.cachenode.memory;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that never change, in extents of an arena, with a count of those who hold them. Thread-safe.
 *
 * <p>Born with one holder. Whoever got a value from {@link #retain()} owes a {@link #release()}; the last release gives
 * the memory back, so that it is never reused under a reader.
 */
public final class Value implements Content {
    /** Not known yet. */
    static final long NO_CHECKSUM = -1;

    private final PagedArena arena;
    private final Tenant tenant;
    private final long size;
    private final List<Extent> extents;
    private final long allocated;
    private volatile long checksum;
    private final AtomicInteger holders = new AtomicInteger(1);
    /** Written by its first holder only, before its own release. */
    private @Nullable Runnable freed;

    Value(PagedArena arena, Tenant tenant, long size, List<Extent> extents, long checksum) {
        this.arena = arena;
        this.tenant = tenant;
        this.checksum = checksum;
        this.size = size;
        this.extents = List.copyOf(extents);
        this.allocated = extents.stream().mapToLong(Extent::bytes).sum();
    }

    @Override
    public long size() {
        return size;
    }

    /** Bytes of memory: the content rounded up to units. */
    public long allocatedBytes() {
        return allocated;
    }

    /**
     * Where its content lies for a client that may be shown it; null where nobody may, as its memory is this process's alone,
     * or is shared by tenants. Valid while the caller holds this value.
     */
    public @Nullable List<SharedPart> shared() {
        var parts = arena.shared(extents);
        if (parts == null || parts.isEmpty()) {
            return parts;
        }
        var last = parts.removeLast();
        parts.add(new SharedPart(last.file(), last.offset(), (int) (size - (allocated - last.length()))));
        return parts;
    }

    /** The content's CRC-32: known from when it was received where memory can be shown, else computed when first asked for. */
    public int crc32() {
        long known = checksum;
        if (known == NO_CHECKSUM) {
            known = compute();
            checksum = known;
        }
        return (int) known;
    }

    private long compute() {
        var crc = new CRC32();
        for (int part = 0; part < parts(); part++) {
            crc.update(view(part));
        }
        return crc.getValue();
    }

    /** Whether the bytes are those of the checksum: for a value that another process has left. */
    public boolean verify() {
        return Integer.toUnsignedLong(crc32()) == compute();
    }

    /** Where it lies, in this order, for who moves it by other means than views; valid while the caller holds this value. */
    public List<Extent> extents() {
        return extents;
    }

    /** Whose memory it lies in. */
    public Tenant tenant() {
        return tenant;
    }

    /** Whether any of it lies in memory that {@link PagedArena#retireFor} has named. */
    public boolean liesIn(int slice) {
        for (var extent : extents) {
            if (arena.slice(extent) == slice) {
                return true;
            }
        }
        return false;
    }

    /** Number of parts for {@link #view}. */
    public int parts() {
        return extents.size();
    }

    /** A fresh read-only view of one part of the content; valid while the caller holds this value. */
    public ByteBuffer view(int part) {
        var extent = extents.get(part);
        boolean last = part == extents.size() - 1;
        int length = last ? (int) (size - (allocated - extent.bytes())) : extent.bytes();
        return arena.view(extent, length).asReadOnlyBuffer();
    }

    /**
     * Becomes a further holder of a value that the caller knows to be held.
     *
     * @throws IllegalStateException when it was already given back
     */
    public Value retain() {
        if (holders.getAndUpdate(count -> count == 0 ? 0 : count + 1) == 0) {
            throw new IllegalStateException("value was given back");
        }
        return this;
    }

    /**
     * What is run after the last release, to end what its memory counted as; said by its first holder, before anybody else
     * knows the value.
     *
     * @param run does something the first time only
     */
    public void whenFreed(Runnable run) {
        freed = run;
    }

    /** Its memory counts as somebody else's from now on: what {@link #whenFreed} has named is run at once. */
    public void countElsewhere() {
        if (freed != null) {
            freed.run();
        }
    }

    /** Ends one hold; the last frees the memory. */
    @Override
    public void release() {
        int left = holders.decrementAndGet();
        if (left == 0) {
            arena.free(extents);
            countElsewhere();
        } else if (left < 0) {
            throw new IllegalStateException("value was given back twice");
        }
    }

    /** Whether somebody besides one holder (the store) holds it: a reader. */
    public boolean isShared() {
        return holders.get() > 1;
    }
}
