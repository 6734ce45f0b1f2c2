package dev.kvcachepool.cachenode.memory;

import java.util.Arrays;

/**
 * A tenant's pages in doubly linked lists, one a class of longest free run; class 0, the full pages, is not kept. Not
 * thread-safe. A page is in one tenant's lists at most: the links are shared by all.
 */
final class PageLists {
    static final int CLASSES = 5;
    private static final int NONE = -1;
    private static final int MEDIUM = 8;
    private static final int LARGE = 64;

    private final int[] heads = new int[CLASSES];
    private final int[] next;
    private final int[] previous;

    PageLists(int[] next, int[] previous) {
        this.next = next;
        this.previous = previous;
        Arrays.fill(heads, NONE);
    }

    static int classOf(int run) {
        if (run == 0) {
            return 0;
        }
        if (run < MEDIUM) {
            return 1;
        }
        if (run < LARGE) {
            return 2;
        }
        return run < PageMap.UNITS ? 3 : 4;
    }

    /** The first page of a class, negative where it is empty. */
    int first(int list) {
        return heads[list];
    }

    /** The page after {@code page} in its class, negative at the end. */
    int next(int page) {
        return next[page];
    }

    void add(int list, int page) {
        if (list == 0) {
            return;
        }
        int head = heads[list];
        next[page] = head;
        previous[page] = NONE;
        if (head != NONE) {
            previous[head] = page;
        }
        heads[list] = page;
    }

    void remove(int list, int page) {
        if (list == 0) {
            return;
        }
        if (previous[page] == NONE) {
            heads[list] = next[page];
        } else {
            next[previous[page]] = next[page];
        }
        if (next[page] != NONE) {
            previous[next[page]] = previous[page];
        }
    }
}
