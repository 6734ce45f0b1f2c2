package dev.kvcachepool.prefixadvert.index;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * For one thread's look-ups: what some long lists of holders mean for its groups, so that a prompt which everyone holds is
 * not judged holder by holder each time. A list is never changed, so it is known by its identity. Bounded.
 */
final class Verdicts {
    /** Of a group that does not have the block; otherwise the tier. */
    static final byte NOT_HELD = -1;

    private static final int MOST = 16;

    private final int[][] lists = new int[MOST][];
    private final byte[][] verdicts = new byte[MOST][];
    private int next;

    /** A verdict a group; null where the list is not known. */
    @SuppressWarnings("ReferenceEquality") // a list is what it was, and comparing two would take as long as judging
    byte @Nullable [] of(int[] list) {
        for (int i = 0; i < MOST; i++) {
            if (lists[i] == list) {
                return verdicts[i];
            }
        }
        return null;
    }

    /** Room for the verdicts of a list, in place of those of the one that came first; to be filled now. */
    byte[] make(int[] list, int groups) {
        if (verdicts[next] == null) {
            verdicts[next] = new byte[groups];
        }
        lists[next] = list;
        var made = verdicts[next];
        next = (next + 1) % MOST;
        return made;
    }

    /** The groups mean something else now. */
    void clear() {
        Arrays.fill(lists, null);
    }
}
