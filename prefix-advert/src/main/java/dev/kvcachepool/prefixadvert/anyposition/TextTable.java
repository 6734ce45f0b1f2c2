package dev.kvcachepool.prefixadvert.anyposition;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Where texts are, by their mixed fingerprint: open addressing, at most half full, and a blocked Bloom filter of two bits
 * a text in front of it (Putze, Sanders and Singler, 2007), since nearly all windows of a query are in no table. A cell is
 * the mixed fingerprint's low half and the place plus one. What is removed leaves a mark, which the next text on its way may
 * replace, and its bits in the filter, until the table is made anew. One writer, any number of readers.
 */
final class TextTable {
    static final long EMPTY = 0;
    private static final long GONE = 1L << Integer.SIZE;
    private static final int LEAST = 1 << 10;
    private static final int CELLS_A_WORD = 8;
    private static final long PLACE = 0xFFFF_FFFFL;

    private final AtomicLongArray cells;
    private final long[] filter;
    private final int mask;
    private int taken;
    private int live;

    private TextTable(int capacity) {
        this.cells = new AtomicLongArray(capacity);
        this.filter = new long[capacity / CELLS_A_WORD];
        this.mask = capacity - 1;
    }

    /** Empty, with room for some more than {@code texts}; no more than {@link #most} of them if it has all cells it may. */
    static TextTable withRoomFor(int texts, int maxCells) {
        return new TextTable(Math.clamp(Integer.highestOneBit(3 * texts) << 1, LEAST, maxCells));
    }

    /** The most cells of a table of so many bytes. */
    static int cells(long bytes) {
        return Math.max(LEAST, (int) Long.highestOneBit(Math.min(bytes / bytesOf(1), 1 << 28)));
    }

    /** Texts that leave room for a while. */
    static int most(int cells) {
        return cells / 16 * 7;
    }

    private static long bytesOf(int cells) {
        return (long) cells * (Long.BYTES + Long.BYTES / CELLS_A_WORD);
    }

    long bytes() {
        return bytesOf(mask + 1);
    }

    int live() {
        return live;
    }

    boolean isFull() {
        return taken >= (mask + 1) / 2;
    }

    /** False where no text has this mixed fingerprint. */
    boolean mayHave(long mixed) {
        long bits = 1L << mixed | 1L << (mixed >>> 6);
        return (filter[home(mixed) / CELLS_A_WORD] & bits) == bits;
    }

    int home(long mixed) {
        return (int) (mixed >>> Integer.SIZE) & mask;
    }

    int next(int cell) {
        return cell + 1 & mask;
    }

    /** A cell's content, {@link #EMPTY} at the end of what may be looked through. */
    long get(int cell) {
        return cells.getAcquire(cell);
    }

    static boolean mayBe(long content, long mixed) {
        return content >>> Integer.SIZE == (mixed & PLACE) && (content & PLACE) != 0;
    }

    static int place(long content) {
        return (int) content - 1;
    }

    private static long content(long mixed, int place) {
        return mixed << Integer.SIZE | (place + 1 & PLACE);
    }

    void add(long mixed, int place) {
        filter[home(mixed) / CELLS_A_WORD] |= 1L << mixed | 1L << (mixed >>> 6);
        int cell = home(mixed);
        while ((cells.getPlain(cell) & PLACE) != 0) {
            cell = next(cell);
        }
        if (cells.getPlain(cell) == EMPTY) {
            taken++;
        }
        live++;
        cells.setRelease(cell, content(mixed, place));
    }

    boolean has(long mixed, int place) {
        return find(mixed, place) >= 0;
    }

    void move(long mixed, int from, int to) {
        cells.setRelease(find(mixed, from), content(mixed, to));
    }

    void remove(long mixed, int place) {
        cells.setRelease(find(mixed, place), GONE);
        live--;
    }

    /** Takes over all of another one's texts; {@code mixed} says a text's whole mixed fingerprint by its place. */
    void addAll(TextTable other, MixedAt mixed) {
        for (int cell = 0; cell <= other.mask; cell++) {
            long content = other.cells.getPlain(cell);
            if ((content & PLACE) != 0) {
                add(mixed.of(place(content)), place(content));
            }
        }
    }

    /** The mixed fingerprint of the text at a place. */
    interface MixedAt {
        long of(int place);
    }

    private int find(long mixed, int place) {
        long wanted = content(mixed, place);
        for (int cell = home(mixed); ; cell = next(cell)) {
            long content = cells.getPlain(cell);
            if (content == wanted) {
                return cell;
            }
            if (content == EMPTY) {
                return -1;
            }
        }
    }
}
