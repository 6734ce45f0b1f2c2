package dev.kvcachepool.cachenode.memory;

import org.jspecify.annotations.Nullable;

/**
 * Which units of which page are free. Not thread-safe.
 *
 * <p>A page stands in one list, by its longest free run: whole, large, medium, small; a full page in none. A request
 * takes from the smallest class in which its run may fit, so that small values fill holes and leave whole pages to
 * large ones. When no run is long enough the longest at hand is given: a shorter extent is never a failure, hence
 * fragmentation alone never makes an allocation fail.
 */
final class PageMap {
    static final int UNITS = PagedArena.PAGE_BYTES / PagedArena.UNIT_BYTES;
    private static final int WORDS = UNITS / Long.SIZE;
    /** Pages of a class looked at for a run that fits before a larger class is asked. */
    private static final int LOOKS = 4;

    private final long[] used;
    private final short[] longest;
    private final PageLists lists;
    private long freeUnits;

    PageMap(int pages) {
        this.used = new long[pages * WORDS];
        this.longest = new short[pages];
        this.lists = new PageLists(pages);
        this.freeUnits = (long) pages * UNITS;
        for (int page = pages - 1; page >= 0; page--) {
            longest[page] = UNITS;
            lists.add(PageLists.classOf(UNITS), page);
        }
    }

    long freeUnits() {
        return freeUnits;
    }

    /**
     * Takes one run.
     *
     * @param wanted units, 1 to {@link #UNITS}
     * @param least the shortest run worth taking
     * @return a run of {@code wanted} units, a shorter one of at least {@code least}, or null
     */
    @Nullable
    Extent allocate(int wanted, int least) {
        for (int c = PageLists.classOf(wanted); c < PageLists.CLASSES; c++) {
            int page = lists.first(c);
            for (int look = 0; page >= 0 && look < LOOKS; look++, page = lists.next(page)) {
                if (longest[page] >= wanted) {
                    return take(page, wanted, wanted);
                }
            }
        }
        for (int c = PageLists.CLASSES - 1; c > 0; c--) {
            int page = lists.first(c);
            if (page >= 0) {
                return longest[page] < least ? null : take(page, longest[page], Math.min(wanted, longest[page]));
            }
        }
        return null;
    }

    void free(Extent extent) {
        int from = extent.page() * UNITS + extent.first();
        for (int unit = from; unit < from + extent.units(); unit++) {
            long bit = 1L << unit;
            if ((used[unit >> 6] & bit) == 0) {
                throw new IllegalStateException("freed twice: " + extent);
            }
            used[unit >> 6] &= ~bit;
        }
        freeUnits += extent.units();
        relist(extent.page());
    }

    private Extent take(int page, int run, int units) {
        int first = firstRun(page, run);
        int from = page * UNITS + first;
        for (int unit = from; unit < from + units; unit++) {
            used[unit >> 6] |= 1L << unit;
        }
        freeUnits -= units;
        relist(page);
        return new Extent(page, first, units);
    }

    private void relist(int page) {
        int before = PageLists.classOf(longest[page]);
        longest[page] = (short) longestRun(page);
        int after = PageLists.classOf(longest[page]);
        if (before != after) {
            lists.remove(before, page);
            lists.add(after, page);
        }
    }

    private int longestRun(int page) {
        int best = 0;
        int free = next(page, 0, false);
        while (free < UNITS) {
            int end = next(page, free, true);
            best = Math.max(best, end - free);
            free = next(page, end, false);
        }
        return best;
    }

    private int firstRun(int page, int atLeast) {
        int free = next(page, 0, false);
        while (free < UNITS) {
            int end = next(page, free, true);
            if (end - free >= atLeast) {
                return free;
            }
            free = next(page, end, false);
        }
        throw new IllegalStateException("page " + page + " has no run of " + atLeast);
    }

    /** The first unit from {@code from} on that is used or free, {@link #UNITS} where there is none. */
    private int next(int page, int from, boolean isUsed) {
        if (from >= UNITS) {
            return UNITS;
        }
        int word = from >> 6;
        long bits = word(page, word, isUsed) & (-1L << from);
        while (bits == 0) {
            if (++word == WORDS) {
                return UNITS;
            }
            bits = word(page, word, isUsed);
        }
        return (word << 6) + Long.numberOfTrailingZeros(bits);
    }

    private long word(int page, int word, boolean isUsed) {
        long bits = used[page * WORDS + word];
        return isUsed ? bits : ~bits;
    }
}
