package dev.kvcachepool.cachenode.nearby;

import dev.kvcachepool.cachenode.placement.Member;
import java.util.List;

/** Who else holds a value, as far as is known: the answer may be out of date either way. Thread-safe. */
public interface Holders {

    /**
     * The nodes that hold each of some values, one list a value in the order of {@code values}, the best to ask first;
     * empty where nobody is known to, or it can't be found out in time.
     *
     * @param endNanos when to give up, by {@link System#nanoTime}
     */
    List<List<Member>> of(List<Sought> values, long endNanos);
}
