package dev.kvcachepool.cachenode.store;

import dev.kvcachepool.cachenode.key.EngineKey;
import dev.kvcachepool.cachenode.key.KeyParser;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The engines' keys of a store, whole, and which of them change: for one reader, who begins, reads all pages, and takes
 * changes from then on. Notes nothing until then. Thread-safe.
 */
public final class KeyFeed {
    private final Locked locked;
    private final Index index;

    KeyFeed(Locked locked, Index index) {
        this.locked = locked;
        this.index = index;
    }

    /**
     * A key as it is now.
     *
     * @param bytes of its value, wherever that is; −1 without one
     */
    public record KeyState(EngineKey key, long bytes) {}

    /**
     * Some keys, in the order in which they were created.
     *
     * @param next where to go on, 0 at the end
     */
    public record KeyPage(long next, List<KeyState> keys) {}

    /** Notes changes from now on, and forgets those noted before. */
    public void begin() {
        locked.perform(() -> index.changes().begin());
    }

    /** Notes changes no more. */
    public void end() {
        locked.perform(() -> index.changes().end());
    }

    /** Up to {@code most} keys after {@code cursor}, 0 to start with; those of engines among them. */
    public KeyPage page(long cursor, int most) {
        return locked.run(() -> {
            var page = index.scan(cursor, most);
            var keys = page.keys().stream()
                    .map(this::state)
                    .filter(Objects::nonNull)
                    .toList();
            return new KeyPage(page.next(), keys);
        });
    }

    /** Takes up to {@code most} keys that have changed, as they are now; null when more have than are noted. */
    public @Nullable List<KeyState> changed(int most) {
        return locked.<@Nullable List<KeyState>>run(() -> {
            var keys = index.changes().take(most);
            return keys == null
                    ? null
                    : keys.stream()
                            .map(key -> state(key.bytes))
                            .filter(Objects::nonNull)
                            .toList();
        });
    }

    private @Nullable KeyState state(byte[] key) {
        var entry = index.find(key);
        if (entry != null && entry.isThere()) {
            return entry.engineKey == null ? null : new KeyState(entry.engineKey, entry.size);
        }
        var parsed = KeyParser.parse(key);
        return parsed == null ? null : new KeyState(parsed, -1);
    }
}
