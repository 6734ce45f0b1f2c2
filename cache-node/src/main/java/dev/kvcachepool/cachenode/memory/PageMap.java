package dev.kvcachepool.cachenode.memory;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Which units of which page are free. Not thread-safe.
 *
 * <p>A page that has been given out stands in one list of its tenant, by its longest free run: whole, large, medium, small;
 * a full page in none. A request takes from the smallest class in which its run may fit, so that small values fill holes and
 * leave whole pages to large ones. When no run is long enough the longest at hand is given: a shorter extent is never a
 * failure, hence fragmentation alone never makes an allocation fail.
 */
final class PageMap {
    static final int UNITS = PagedArena.PAGE_BYTES / PagedArena.UNIT_BYTES;
    private static final int WORDS = UNITS / Long.SIZE;
    /** Pages of a class looked at for a run that fits before a larger class is asked. */
    private static final int LOOKS = 4;

    private final long[] used;
    private final short[] longest;
    private final int[] next;
    private final int[] previous;
    private long usedUnits;

    /** All pages free, and in no list. */
    PageMap(int pages) {
        this.used = new long[pages * WORDS];
        this.longest = new short[pages];
        this.next = new int[pages];
        this.previous = new int[pages];
        Arrays.fill(longest, (short) UNITS);
    }

    /** Lists for a further tenant, without a page yet. */
    PageLists lists() {
        return new PageLists(next, previous);
    }

    long usedUnits() {
        return usedUnits;
    }

    /** Gives pages out: {@code count} of them, which are in no list. */
    void enlist(PageLists lists, int first, int count) {
        for (int page = first + count - 1; page >= first; page--) {
            lists.add(PageLists.classOf(longest[page]), page);
        }
    }

    /** Takes pages out of the lists that they were given to. */
    void delist(PageLists lists, int first, int count) {
        for (int page = first; page < first + count; page++) {
            lists.remove(PageLists.classOf(longest[page]), page);
        }
    }

    /** Takes a run of {@code units}, 1 to {@link #UNITS}; null where no page looked at has one. */
    @Nullable
    Extent fit(PageLists lists, int units) {
        for (int c = PageLists.classOf(units); c < PageLists.CLASSES; c++) {
            int page = lists.first(c);
            for (int look = 0; page >= 0 && look < LOOKS; look++, page = lists.next(page)) {
                if (longest[page] >= units) {
                    return take(lists, page, units, units);
                }
            }
        }
        return null;
    }

    /**
     * Takes one of the longest runs.
     *
     * @param wanted units, at most so many
     * @param least the shortest run worth taking
     */
    @Nullable
    Extent longest(PageLists lists, int wanted, int least) {
        for (int c = PageLists.CLASSES - 1; c > 0; c--) {
            int page = lists.first(c);
            if (page >= 0) {
                return longest[page] < least ? null : take(lists, page, longest[page], Math.min(wanted, longest[page]));
            }
        }
        return null;
    }

    /** Takes a given run, of a page that is in {@code lists} unless it is full; false when any of it is in use. */
    boolean claim(PageLists lists, Extent extent) {
        int from = extent.page() * UNITS + extent.first();
        for (int unit = from; unit < from + extent.units(); unit++) {
            if ((used[unit >> 6] & 1L << unit) != 0) {
                return false;
            }
        }
        mark(from, extent.units());
        relist(lists, extent.page());
        return true;
    }

    /** Frees an extent of a page that is in {@code lists}, or would be if it were not full; null: in none. */
    void free(@Nullable PageLists lists, Extent extent) {
        int from = extent.page() * UNITS + extent.first();
        for (int unit = from; unit < from + extent.units(); unit++) {
            long bit = 1L << unit;
            if ((used[unit >> 6] & bit) == 0) {
                throw new IllegalStateException("freed twice: " + extent);
            }
            used[unit >> 6] &= ~bit;
        }
        usedUnits -= extent.units();
        relist(lists, extent.page());
    }

    private Extent take(PageLists lists, int page, int run, int units) {
        int first = firstRun(page, run);
        int from = page * UNITS + first;
        mark(from, units);
        relist(lists, page);
        return new Extent(page, first, units);
    }

    private void mark(int from, int units) {
        for (int unit = from; unit < from + units; unit++) {
            used[unit >> 6] |= 1L << unit;
        }
        usedUnits += units;
    }

    private void relist(@Nullable PageLists lists, int page) {
        int before = PageLists.classOf(longest[page]);
        longest[page] = (short) longestRun(page);
        int after = PageLists.classOf(longest[page]);
        if (lists != null && before != after) {
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
