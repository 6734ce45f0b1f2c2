package dev.kvcachepool.cachenode.memory;

/**
 * A run of units within one page.
 *
 * @param page index of the page
 * @param first index of the first unit within the page
 * @param units number of units, 1 to {@link PageMap#UNITS}
 */
public record Extent(int page, int first, int units) {

    /** Bytes that this extent occupies. */
    public int bytes() {
        return units * PagedArena.UNIT_BYTES;
    }
}
