package dev.kvcachepool.cachenode.store;

import dev.kvcachepool.cachenode.memory.Content;
import org.jspecify.annotations.Nullable;

/**
 * Keys and values as a protocol sees them, wherever they live. Thread-safe.
 *
 * <p>Nothing here fails: what cannot be reached is not there, and a value that cannot be kept is dropped. Keys that are
 * given are taken over and not modified.
 */
public interface KeyValues {

    /** Starts to receive a value; the caller closes the upload whatever happens. */
    Upload receive(byte[] key, long size);

    /** The same for one command of many keys, which may wait for other nodes once for all of them. */
    default KeyValues together() {
        return this;
    }

    /** The value of a key, whose lease ends with this read; null when there is none. */
    @Nullable
    Content get(byte[] key);

    /** Whether a key has a value; if so all keys of its unit are leased. */
    boolean exists(byte[] key);

    /** Keeps a key's chunk from eviction until a moment, ms since the epoch. */
    PinResult pin(byte[] key, long untilMillis);

    /** Ends what {@link #pin} began; false when it was not pinned. */
    boolean unpin(byte[] key);

    /** Removes a key; false when it was not there. */
    boolean delete(byte[] key);

    /** Bytes of a key's value, −1 when there is none. */
    long length(byte[] key);

    /** When a key expires, ms since the epoch; {@link PutOptions#FOREVER} for never, −1 when it is not there. */
    long expiresAtMillis(byte[] key);

    /** Sets when a key expires, ms since the epoch or {@link PutOptions#FOREVER}; false when it is not there. */
    boolean expireAt(byte[] key, long atMillis);

    /** Removes everything. */
    void clear();

    /** Number of keys. */
    long keys();

    /** About {@code count} keys after {@code cursor}; 0 starts. Every key that stays where it is throughout is met once. */
    ScanPage scan(long cursor, int count);
}
