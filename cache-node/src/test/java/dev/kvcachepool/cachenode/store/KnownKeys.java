package dev.kvcachepool.cachenode.store;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** What somebody knows of a store who follows its {@link KeyFeed}, beside what the store has. */
final class KnownKeys {
    private final BlockStore store;
    private final KeyFeed feed;
    private final Map<String, Long> known = new HashMap<>();

    KnownKeys(BlockStore store) {
        this.store = store;
        this.feed = store.keyFeed();
    }

    static String key(int number) {
        return "mp@01000100@0@%064x".formatted(number);
    }

    /** Begins anew, and reads all pages. */
    void read() {
        known.clear();
        feed.begin();
        long cursor = 0;
        do {
            var page = feed.page(cursor, 7);
            page.keys().forEach(this::apply);
            cursor = page.next();
        } while (cursor != 0);
    }

    /** Takes in what has changed; all anew where more has than is noted. */
    Map<String, Long> follow() {
        for (var changed = feed.changed(5); changed == null || !changed.isEmpty(); changed = feed.changed(5)) {
            if (changed == null) {
                read();
            } else {
                changed.forEach(this::apply);
            }
        }
        return known;
    }

    private void apply(KeyFeed.KeyState state) {
        var key = state.key().hash().toString();
        if (state.bytes() < 0) {
            known.remove(key);
        } else {
            known.put(key, state.bytes());
        }
    }

    /** The bytes of each of the first keys that the store has, wherever they lie. */
    Map<String, Long> truth(int keys) {
        var there = new HashMap<String, Long>();
        for (int number = 0; number < keys; number++) {
            long length = store.length(key(number).getBytes(StandardCharsets.UTF_8));
            if (length >= 0) {
                there.put("%064x".formatted(number), length);
            }
        }
        return there;
    }
}
