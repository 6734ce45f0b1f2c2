package dev.kvcachepool.prefixadvert.index;

import java.util.Arrays;
import java.util.function.IntPredicate;

/** Immutable ascending lists of {@link Holding}s, at most one a holder. */
final class HoldingList {
    private HoldingList() {}

    /** Where the holder {@code id} stands, or the complement of where it would. */
    static int indexOf(int[] list, int id) {
        var place = ~Arrays.binarySearch(list, Holding.below(id));
        return place < list.length && Holding.id(list[place]) == id ? place : ~place;
    }

    /** A copy with {@code holding}, in the place of the same holder's where there is one. */
    static int[] with(int[] list, int holding) {
        var place = indexOf(list, Holding.id(holding));
        if (place >= 0) {
            var copy = list.clone();
            copy[place] = holding;
            return copy;
        }
        var copy = Arrays.copyOf(list, list.length + 1);
        System.arraycopy(list, ~place, copy, ~place + 1, list.length - ~place);
        copy[~place] = holding;
        return copy;
    }

    /** Whether {@code other} is what {@link #with} makes. */
    static boolean isWith(int[] other, int[] list, int holding) {
        int place = indexOf(list, Holding.id(holding));
        int at = place < 0 ? ~place : place;
        int rest = place < 0 ? at : at + 1;
        return other.length == list.length + at + 1 - rest
                && other[at] == holding
                && Arrays.equals(other, 0, at, list, 0, at)
                && Arrays.equals(other, at + 1, other.length, list, rest, list.length);
    }

    /** The list itself where nothing leaves it, else a copy without the holders that {@code gone} names. */
    static int[] without(int[] list, IntPredicate gone) {
        var kept = 0;
        for (int holding : list) {
            kept += gone.test(Holding.id(holding)) ? 0 : 1;
        }
        if (kept == list.length) {
            return list;
        }
        var copy = new int[kept];
        var next = 0;
        for (int holding : list) {
            if (!gone.test(Holding.id(holding))) {
                copy[next++] = holding;
            }
        }
        return copy;
    }
}
