package dev.kvcachepool.router.tokens;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that engines answered, by SHA-256 of the whole question: what is asked again, by a retry or for another sample of one
 * prompt, is found; a text that goes on where another one ended is not. Bounded by bytes. Thread-safe.
 *
 * <p>An answer counts for {@value #MINUTES} minutes, as an engine may be another by then, with another template. Tenants do not
 * find what others asked, as in {@link PieceCache}.
 */
public final class AnswerCache {
    static final int MINUTES = 10;
    private static final int ENTRY_OVERHEAD_BYTES = 320;

    private final Cache<Key, int[]> answers;
    private final AtomicLong found = new AtomicLong();
    private final AtomicLong asked = new AtomicLong();

    /** A cache of about {@code maxBytes} of heap; 0 for one that keeps nothing. */
    public AnswerCache(long maxBytes, LongSupplier nanoTime) {
        this.answers = Caffeine.newBuilder()
                .maximumWeight(maxBytes)
                .<Key, int[]>weigher((key, tokens) -> ENTRY_OVERHEAD_BYTES + tokens.length * Integer.BYTES)
                .expireAfterWrite(Duration.ofMinutes(MINUTES))
                .ticker(nanoTime::getAsLong)
                .executor(Runnable::run)
                .build();
    }

    /** What a question is known by. */
    static Key key(byte[] question, String tenant) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(question);
            return new Key(new String(digest, StandardCharsets.ISO_8859_1), tenant);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    /** The answer to a question that was asked before, not to be modified; null if none is known. */
    int @Nullable [] find(Key key) {
        var known = answers.getIfPresent(key);
        if (known != null) {
            found.addAndGet(known.length);
        }
        return known;
    }

    void keep(Key key, int[] tokens) {
        asked.addAndGet(tokens.length);
        answers.put(key, tokens);
    }

    /** Tokens found so far. */
    public long found() {
        return found.get();
    }

    /** Tokens that engines answered so far. */
    public long asked() {
        return asked.get();
    }

    /**
     * What a question is known by.
     *
     * @param digest its bytes as characters
     * @param tenant tag of the tenant's salt; empty for none
     */
    record Key(String digest, String tenant) {}
}
