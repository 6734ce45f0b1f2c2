package dev.kvcachepool.cachenode.nearby;

import dev.kvcachepool.cachenode.placement.Member;
import dev.kvcachepool.cachenode.placement.Placement;
import dev.kvcachepool.prefixadvert.table.AdvertView;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who holds what: by the blocks table in a pool of up to {@value #SMALL} nodes that may hold values, by a router in a larger one. The table is
 * followed while it is used and forgotten afterwards; a pool at the border does not go back and forth. Thread-safe.
 */
public final class HoldersBySize implements Holders, AutoCloseable {
    static final int SMALL = 64;
    private static final int SMALL_AGAIN = 48;

    private final HolderLookup lookup;
    private final Placement placement;
    private final Supplier<FollowedTable> follow;
    private final @Nullable RouterHolders router;
    private volatile @Nullable Followed followed;
    private boolean decided;
    private boolean closed;

    private record Followed(FollowedTable table, TableHolders holders) {}

    /**
     * Decides at the first {@link #tidy}.
     *
     * @param follow begins to follow the table
     * @param router null where there is none
     */
    public HoldersBySize(
            HolderLookup lookup, Placement placement, Supplier<FollowedTable> follow, @Nullable RouterHolders router) {
        this.lookup = lookup;
        this.placement = placement;
        this.follow = follow;
        this.router = router;
    }

    @Override
    public List<List<Member>> of(List<Sought> values, long endNanos) {
        var table = followed;
        if (table != null && (router == null || table.table.adverts().ready())) {
            return table.holders.of(values, endNanos);
        }
        return router == null ? Collections.nCopies(values.size(), List.of()) : router.of(values, endNanos);
    }

    /** The table as far as it is followed; null while it is not. */
    public @Nullable AdvertView adverts() {
        var table = followed;
        return table == null ? null : table.table.adverts();
    }

    /** Looks how large the pool is; called now and then. */
    public synchronized void tidy() {
        var table = followed;
        boolean wanted = wantsTable(table != null || !decided);
        decided = true;
        if (closed || wanted == (table != null)) {
            return;
        }
        if (table == null) {
            var begun = follow.get();
            followed = new Followed(begun, new TableHolders(begun.adverts(), placement));
        } else {
            followed = null;
            // Waits for its reader's thread: not while requests and others' tidying wait for this one.
            Thread.ofPlatform().name("table-close").daemon().start(table.table::close);
        }
    }

    private boolean wantsTable(boolean now) {
        return switch (lookup) {
            case TABLE -> true;
            case ROUTER -> false;
            case AUTO -> router == null || placement.others().size() + 1 <= (now ? SMALL : SMALL_AGAIN);
        };
    }

    @Override
    public synchronized void close() {
        closed = true;
        var table = followed;
        followed = null;
        if (table != null) {
            table.table.close();
        }
    }
}
