package dev.kvcachepool.router.tokens;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Tokens of pieces of text, by the text itself: a hit is right because every character is compared. Keys have an order, so
 * that texts made to fall into one slot cost a few comparisons, not a walk. Bounded by bytes. Thread-safe.
 *
 * <p>Tenants: what a hit saves can be timed, so a piece is found only by the tenant whose request left it, as told by the tag
 * of its cache salt; requests without a salt share, as they share the engines' caches.
 */
final class PieceCache {
    private static final int ENTRY_OVERHEAD_BYTES = 160;

    private final Cache<Key, int[]> pieces;
    private final AtomicLong found = new AtomicLong();
    private final AtomicLong computed = new AtomicLong();

    /** A cache of about {@code maxBytes} of heap. */
    PieceCache(long maxBytes) {
        this.pieces = Caffeine.newBuilder()
                .maximumWeight(maxBytes)
                .<Key, int[]>weigher((key, tokens) ->
                        ENTRY_OVERHEAD_BYTES + key.text.length() * Character.BYTES + tokens.length * Integer.BYTES)
                .executor(Runnable::run)
                .build();
    }

    /**
     * The tokens of {@code text}; not to be modified.
     *
     * @param model whose tokenizer it is
     * @param tenant tag of the tenant's salt; empty for none
     */
    int[] tokens(String model, String tenant, String text, TextEncoder encoder) {
        var key = new Key(model, tenant, text);
        var known = pieces.getIfPresent(key);
        if (known != null) {
            found.addAndGet(known.length);
            return known;
        }
        var tokens = encoder.encode(text, false);
        computed.addAndGet(tokens.length);
        pieces.put(key, tokens);
        return tokens;
    }

    /** Tokens found so far. */
    long found() {
        return found.get();
    }

    /** Tokens computed so far. */
    long computed() {
        return computed.get();
    }

    /** Pieces held, about. */
    long size() {
        return pieces.estimatedSize();
    }

    private record Key(String model, String tenant, String text) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int order = text.compareTo(other.text);
            if (order == 0) {
                order = tenant.compareTo(other.tenant);
            }
            return order == 0 ? model.compareTo(other.model) : order;
        }

        @Override
        public String toString() {
            return "Key[model=" + model + "]";
        }
    }
}
