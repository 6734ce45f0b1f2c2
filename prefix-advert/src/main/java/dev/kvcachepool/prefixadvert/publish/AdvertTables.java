package dev.kvcachepool.prefixadvert.publish;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where holders say what they hold: the pool's tables, and, while the pool moves to others, these as well.
 *
 * @param current what readers read
 * @param next what holders write to besides, so that readers can go over to it; null while nothing moves
 */
public record AdvertTables(TablePair current, @Nullable TablePair next) {

    /** Tables of a pool that does not move. */
    public static AdvertTables of(TablePair current) {
        return new AdvertTables(current, null);
    }

    /** Both, or the one that there is; the current ones first. */
    public List<TablePair> all() {
        return next == null ? List.of(current) : List.of(current, next);
    }
}
