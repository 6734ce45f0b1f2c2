package dev.kvcachepool.bridges.lmcache;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which parts of chunks a store holds, and which have changed; for one who publishes that. Thread-safe. */
public interface KeySource {

    /** Notes changes from now on, and forgets those noted before. */
    void restart();

    /** Notes changes no more. */
    void end();

    /**
     * Some of what is held; what stays throughout is met once.
     *
     * @param cursor 0 to begin with, then what the last page said
     */
    Page held(long cursor, int most);

    /**
     * Takes up to {@code most} of the keys that have changed, as they are now.
     *
     * @return null when more have changed than are noted: then begin anew
     */
    @Nullable
    List<State> changed(int most);

    /** Keys that were left out, as these events can't or may not name them. */
    long leftOut();

    /**
     * A key as it is now.
     *
     * @param bytes of its value; −1 where it is not held
     */
    record State(CacheKey key, long bytes) {
        boolean isHeld() {
            return bytes >= 0;
        }
    }

    /**
     * Some keys.
     *
     * @param next where to go on; 0 at the end
     */
    record Page(long next, List<State> keys) {
        public Page {
            keys = List.copyOf(keys);
        }
    }
}
