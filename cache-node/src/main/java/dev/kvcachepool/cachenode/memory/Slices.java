package dev.kvcachepool.cachenode.memory;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An arena's pages in slices, each of one piece of memory and of one tenant at a time. Guarded by the arena.
 *
 * <p>A tenant gets a slice when its own have no room. Where none is left it gets one that another tenant has emptied, and
 * where there is none either, the owner of the values has to empty one: {@link #retire} names it, and from then on its
 * tenant gets no more of it. What clients know of is left to its tenant; once none of them is there any more, another tenant
 * gets the slice with a new piece.
 */
final class Slices implements AutoCloseable {
    /** An arena is cut into at most so many, at a page each at least. */
    private static final int MOST = 256;
    /** A piece fits a ByteBuffer. */
    private static final int MOST_PAGES = 512;

    private final PageMap map;
    private final Backing backing;
    private final int pagesEach;
    private final Slice[] slices;

    private static final class Slice {
        final int pages;
        /** Another one for another tenant, where it was shown to anybody. Read without the lock by holders of extents. */
        volatile Backing.Piece piece;
        /** Units in use. */
        int used;
        /** Clients who know the piece, and may have mapped it. */
        int viewers;
        /** How many pieces there were before this one. */
        int generation;

        @Nullable
        Tenant owner;

        /** The tenant whose bytes the piece may hold, whoever has it now. */
        @Nullable
        Tenant writer;

        /** Whether it holds an earlier process's bytes, and nobody has taken them over. */
        boolean unclaimed;

        boolean retired;

        /** Whether it has no memory any more, as the system refused a new piece; nobody gets it. */
        boolean gone;

        Slice(Backing.Piece piece, int pages) {
            this.piece = piece;
            this.pages = pages;
            this.unclaimed = piece.isKept();
        }
    }

    Slices(PageMap map, int pages, Backing backing) {
        this.map = map;
        this.backing = backing;
        this.pagesEach = Math.clamp(Math.ceilDiv(pages, MOST), 1, MOST_PAGES);
        this.slices = new Slice[Math.ceilDiv(pages, pagesEach)];
        for (int i = 0; i < slices.length; i++) {
            int count = Math.min(pagesEach, pages - i * pagesEach);
            try {
                slices[i] = new Slice(backing.map(i, (long) count * PagedArena.PAGE_BYTES), count);
            } catch (OutOfMemoryError e) {
                for (int made = 0; made < i; made++) {
                    slices[made].piece.close();
                }
                throw e;
            }
        }
    }

    int count() {
        return slices.length;
    }

    /** The slice of a page. */
    int of(int page) {
        return page / pagesEach;
    }

    Backing.Piece piece(int page) {
        return slices[of(page)].piece;
    }

    /** Where a page begins in its piece. */
    int offset(int page) {
        return page % pagesEach * PagedArena.PAGE_BYTES;
    }

    void taken(Extent extent) {
        slices[of(extent.page())].used += extent.units();
    }

    void free(Extent extent) {
        var slice = slices[of(extent.page())];
        map.free(slice.retired || slice.owner == null ? null : slice.owner.lists, extent);
        slice.used -= extent.units();
        if (slice.retired && slice.used == 0) {
            slice.retired = false;
            slice.owner = null;
        }
    }

    /** Gives a tenant one slice more: one that nobody has, or that its tenant has no value in; false when there is none. */
    boolean grow(Tenant tenant) {
        int found = -1;
        for (int i = 0; i < slices.length; i++) {
            var slice = slices[i];
            if (slice.owner == null && !slice.gone) {
                found = i;
                break;
            }
            if (found < 0 && slice.owner != null && slice.used == 0 && slice.viewers == 0 && slice.owner != tenant) {
                found = i;
            }
        }
        if (found >= 0) {
            var slice = slices[found];
            if (slice.owner != null) {
                map.delist(slice.owner.lists, found * pagesEach, slice.pages);
            }
            slice.owner = null;
            renew(found, tenant);
            if (slice.gone) {
                return grow(tenant);
            }
            slice.owner = tenant;
            slice.writer = tenant;
            map.enlist(tenant.lists, found * pagesEach, slice.pages);
        }
        return found >= 0;
    }

    /** Retires the slice with least in it of all that other tenants have; −1 when there is none. */
    int retire(Tenant tenant) {
        int least = -1;
        for (int i = 0; i < slices.length; i++) {
            var slice = slices[i];
            boolean fits = slice.owner != null
                    && slice.owner != tenant
                    && slice.viewers == 0
                    && !slice.retired
                    && slice.used > 0;
            if (fits && (least < 0 || slice.used < slices[least].used)) {
                least = i;
            }
        }
        if (least >= 0) {
            var slice = slices[least];
            if (slice.owner != null) {
                map.delist(slice.owner.lists, least * pagesEach, slice.pages);
            }
            slice.retired = true;
        }
        return least;
    }

    /** Whether a retired slice has values in it yet. */
    boolean isRetiring() {
        for (var slice : slices) {
            if (slice.retired) {
                return true;
            }
        }
        return false;
    }

    /**
     * What one tenant has written, and may have mapped, no other one is given where it could be read: neither sees the other's
     * bytes.
     */
    private void renew(int index, Tenant tenant) {
        var slice = slices[index];
        boolean others = slice.unclaimed || (slice.writer != null && slice.writer != tenant);
        if (others && slice.piece.descriptor() >= 0) {
            replace(index);
        }
    }

    private void replace(int index) {
        var slice = slices[index];
        slice.piece.close();
        try {
            slice.piece = backing.map(index, (long) slice.pages * PagedArena.PAGE_BYTES);
        } catch (OutOfMemoryError e) {
            slice.gone = true;
        }
        slice.generation++;
        // Those who had mapped the piece before tell of their end with its generation.
        slice.viewers = 0;
        slice.unclaimed = false;
        slice.writer = null;
    }

    /**
     * Takes over what an earlier process had given to a tenant: all of the extents or none.
     *
     * @return false when they can't be what was given: outside of what was kept, in use, or another tenant's
     */
    boolean adopt(Tenant tenant, List<Extent> extents) {
        if (!extents.stream().allMatch(extent -> isKeptFor(tenant, extent))) {
            return false;
        }
        for (int i = 0; i < extents.size(); i++) {
            var extent = extents.get(i);
            own(of(extent.page()), tenant);
            if (!map.claim(tenant.lists, extent)) {
                extents.subList(0, i).forEach(this::free);
                return false;
            }
            taken(extent);
        }
        return true;
    }

    private boolean isKeptFor(Tenant tenant, Extent extent) {
        boolean inside = extent.page() >= 0
                && of(extent.page()) < slices.length
                && extent.page() % pagesEach < slices[of(extent.page())].pages
                && extent.first() >= 0
                && extent.units() > 0
                && extent.first() + extent.units() <= PageMap.UNITS;
        if (!inside) {
            return false;
        }
        var slice = slices[of(extent.page())];
        return slice.owner == null ? slice.unclaimed : slice.owner == tenant && slice.piece.isKept();
    }

    private void own(int index, Tenant tenant) {
        var slice = slices[index];
        if (slice.owner == null) {
            slice.owner = tenant;
            slice.writer = tenant;
            slice.unclaimed = false;
            map.enlist(tenant.lists, index * pagesEach, slice.pages);
        }
    }

    /** Gives memory back to the system that an earlier process left and nobody has taken over. */
    void dropUnclaimed() {
        for (int i = 0; i < slices.length; i++) {
            if (slices[i].unclaimed) {
                replace(i);
            }
        }
    }

    /** Where an extent lies for somebody who may be shown it; null where nobody may. */
    @Nullable
    SharedPart shared(Extent extent) {
        var slice = slices[of(extent.page())];
        boolean may = slice.piece.descriptor() >= 0 && slice.owner != null && slice.owner.isAlone();
        return may
                ? new SharedPart(
                        new SharedFile(of(extent.page()), slice.generation),
                        offset(extent.page()) + (long) extent.first() * PagedArena.UNIT_BYTES,
                        extent.bytes())
                : null;
    }

    /** One client more, or less, knows of a file. */
    void viewed(SharedFile file, int change) {
        var slice = slices[file.slice()];
        if (slice.generation == file.generation()) {
            slice.viewers += change;
        }
    }

    /** A file's descriptor; negative where nobody is to be shown it any more. */
    int descriptor(SharedFile file) {
        var slice = slices[file.slice()];
        boolean current = slice.generation == file.generation() && slice.viewers > 0;
        return current ? slice.piece.descriptor() : -1;
    }

    long bytes(SharedFile file) {
        return (long) slices[file.slice()].pages * PagedArena.PAGE_BYTES;
    }

    /** Whether a tenant has a slice. */
    boolean has(Tenant tenant) {
        for (var slice : slices) {
            if (slice.owner == tenant) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() {
        for (var slice : slices) {
            if (!slice.gone) {
                slice.piece.close();
            }
        }
    }
}
