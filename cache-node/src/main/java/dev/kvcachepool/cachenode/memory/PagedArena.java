package dev.kvcachepool.cachenode.memory;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A fixed number of bytes outside the heap, handed out as extents: runs of 4 KiB units within 2 MiB pages. Thread-safe.
 *
 * <p>Memory is reserved at once and becomes resident page by page as it is first used. An extent belongs to whoever
 * took it until it is freed; the arena never looks at its content.
 *
 * <p>Tenants' extents lie in different slices of the arena, so that one tenant can be shown its memory without another's.
 * As many tenants as an eighth of the slices are told apart (32, in an arena of 512 MiB or more); further ones share what is
 * called the rest, as all do in an arena below 32 MiB.
 */
public final class PagedArena implements AutoCloseable {
    public static final int PAGE_BYTES = 2 << 20;
    public static final int UNIT_BYTES = 4 << 10;
    private static final int SLICES_PER_TENANT = 8;

    private final Map<String, Tenant> tenants = new HashMap<>();
    private final int mostTenants;
    private final Tenant rest;
    private final Slices slices;
    private final PageMap map;
    private final boolean inFiles;
    private final int pages;
    private int touchedPages;

    /** Of memory of this process alone. */
    public PagedArena(long bytes) {
        this(bytes, Backing.anonymous());
    }

    /**
     * Reserves whole pages.
     *
     * @param bytes at least one page; what exceeds whole pages is not used
     * @throws OutOfMemoryError when the system refuses that much
     */
    public PagedArena(long bytes, Backing backing) {
        long wanted = bytes / PAGE_BYTES;
        if (wanted < 1 || wanted > Integer.MAX_VALUE / PageMap.UNITS) {
            throw new IllegalArgumentException("arena of " + bytes + " bytes: at least one page of " + PAGE_BYTES
                    + " bytes, at most 8 TiB are possible");
        }
        this.pages = (int) wanted;
        this.map = new PageMap(pages);
        this.slices = new Slices(map, pages, backing);
        this.inFiles = slices.piece(0).descriptor() >= 0;
        int most = slices.count() / SLICES_PER_TENANT;
        this.mostTenants = most > 1 ? most : 0;
        this.rest = new Tenant("", false, map.lists());
    }

    /** Bytes that can be handed out. */
    public long capacityBytes() {
        return (long) pages * PAGE_BYTES;
    }

    /** Bytes handed out and not yet freed, in whole units. */
    public synchronized long usedBytes() {
        return map.usedUnits() * UNIT_BYTES;
    }

    /**
     * Whose memory the values of a cache salt take.
     *
     * @param salt empty for none
     */
    public synchronized Tenant tenant(String salt) {
        var known = tenants.get(salt);
        if (known != null) {
            return known;
        }
        if (tenants.size() >= mostTenants) {
            tenants.values().removeIf(tenant -> !slices.has(tenant));
        }
        if (tenants.size() >= mostTenants) {
            return rest;
        }
        var tenant = new Tenant(salt, true, map.lists());
        tenants.put(salt, tenant);
        return tenant;
    }

    /**
     * Takes an extent.
     *
     * @param wanted bytes, at least 1; more than a page is taken as a page
     * @param least bytes of the shortest extent worth taking
     * @return an extent that holds {@code wanted} bytes or, where no free run is that long, at least {@code least};
     *     null when there is none
     */
    public synchronized @Nullable Extent allocate(Tenant tenant, long wanted, long least) {
        int units = units(Math.min(wanted, PAGE_BYTES));
        var extent = map.fit(tenant.lists, units);
        if (extent == null && slices.grow(tenant)) {
            extent = map.fit(tenant.lists, units);
        }
        if (extent == null) {
            extent = map.longest(tenant.lists, units, Math.min(units, units(Math.min(least, PAGE_BYTES))));
        }
        if (extent != null) {
            slices.taken(extent);
            touchedPages = Math.max(touchedPages, extent.page() + 1);
        }
        return extent;
    }

    /**
     * Takes over a value that an earlier process left in the memory, once it has been compared; to be done before anything is
     * allocated.
     *
     * @param salt of the value's tenant
     * @param alone whether that tenant's memory was its own
     * @return held for the caller; null when it can't be what was left
     */
    public @Nullable Value adopt(String salt, boolean alone, long size, int crc32, List<Extent> extents) {
        var tenant = alone ? tenant(salt) : rest;
        long bytes = extents.stream().mapToLong(Extent::bytes).sum();
        if (tenant.isAlone() != alone || size < 0 || size > bytes || bytes - size >= Math.max(1, lastOf(extents))) {
            return null;
        }
        synchronized (this) {
            if (!slices.adopt(tenant, extents)) {
                return null;
            }
            extents.forEach(extent -> touchedPages = Math.max(touchedPages, extent.page() + 1));
        }
        return new Value(this, tenant, size, extents, Integer.toUnsignedLong(crc32));
    }

    private static int lastOf(List<Extent> extents) {
        return extents.isEmpty() ? 0 : extents.getLast().bytes();
    }

    /** Gives memory back to the system that an earlier process left and {@link #adopt} has not taken over. */
    public synchronized void dropUnclaimed() {
        slices.dropUnclaimed();
    }

    /**
     * Whether the memory is files, which others can be shown or come to find: then values get their checksum while they are
     * received.
     */
    public boolean isInFiles() {
        return inFiles;
    }

    /** Gives an extent back; the caller no longer touches its bytes. */
    public synchronized void free(Extent extent) {
        slices.free(extent);
    }

    /** Gives extents back. */
    synchronized void free(Iterable<Extent> extents) {
        extents.forEach(slices::free);
    }

    /**
     * Names memory of another tenant that is to be emptied so that {@code tenant} can have it, which then happens by itself;
     * until then nobody is given any of it.
     *
     * @return for {@link Value#liesIn}; −1 when no other tenant has any
     */
    public synchronized int retireFor(Tenant tenant) {
        return slices.retire(tenant);
    }

    /** Whether memory that {@link #retireFor} has named is not empty yet. */
    public synchronized boolean isRetiring() {
        return slices.isRetiring();
    }

    /** Where extents lie for somebody who may be shown them; null where nobody may. The caller holds them. */
    synchronized @Nullable List<SharedPart> shared(List<Extent> extents) {
        var parts = new ArrayList<SharedPart>(extents.size());
        for (var extent : extents) {
            var part = slices.shared(extent);
            if (part == null) {
                return null;
            }
            parts.add(part);
        }
        return parts;
    }

    /** Says that a client gets to know of a file, while it is held by a value in it; until {@link #unview} it stays its tenant's. */
    public synchronized void view(SharedFile file) {
        slices.viewed(file, 1);
    }

    /** Says that a client can't have the file mapped any more. */
    public synchronized void unview(SharedFile file) {
        slices.viewed(file, -1);
    }

    /** A descriptor of a file that a client knows of, which the caller closes; negative when none does any more. */
    public synchronized int openDescriptor(SharedFile file) {
        int descriptor = slices.descriptor(file);
        return descriptor < 0 ? descriptor : SystemCalls.duplicate(descriptor);
    }

    /** Bytes of a file. */
    public long bytes(SharedFile file) {
        return slices.bytes(file);
    }

    /** The slice in which an extent lies. */
    int slice(Extent extent) {
        return slices.of(extent.page());
    }

    /** Pages from the first on that were in use at some time. */
    synchronized int touchedPages() {
        return touchedPages;
    }

    /** Asks for a huge page in place of the small ones of a page; false where the system refuses. */
    boolean collapse(int page) {
        return slices.piece(page).collapse(slices.offset(page));
    }

    /** The memory in which an extent that the caller holds lies, from {@link #offset} on. */
    public Backing.Piece piece(Extent extent) {
        return slices.piece(extent.page());
    }

    /** Where in its memory an extent begins, bytes. */
    public long offset(Extent extent) {
        return slices.offset(extent.page()) + (long) extent.first() * UNIT_BYTES;
    }

    /** A fresh view of the first {@code length} bytes of an extent that the caller holds. */
    public ByteBuffer view(Extent extent, int length) {
        return slices.piece(extent.page())
                .buffer()
                .slice(slices.offset(extent.page()) + extent.first() * UNIT_BYTES, length);
    }

    /** Returns all memory to the system; nobody may read or write a view of it any more. */
    @Override
    public void close() {
        slices.close();
    }

    private static int units(long bytes) {
        return (int) ((bytes + UNIT_BYTES - 1) / UNIT_BYTES);
    }
}
