package dev.kvcachepool.cachenode.disk;

/**
 * What a record says besides the value's bytes. Immutable as long as nobody writes to the key's array, which is shared.
 */
public final class RecordHead {
    /** The end of what never expires. */
    public static final long FOREVER = Long.MAX_VALUE;

    private final byte[] key;
    private final long size;
    private final long expiresAtMillis;
    private final long storedAtMicros;

    /**
     * A head.
     *
     * @param key taken over, not to be modified
     * @param size bytes of the value
     * @param expiresAtMillis since the epoch, {@link #FOREVER} for no end
     * @param storedAtMicros since the epoch
     */
    public RecordHead(byte[] key, long size, long expiresAtMillis, long storedAtMicros) {
        this.key = key;
        this.size = size;
        this.expiresAtMillis = expiresAtMillis;
        this.storedAtMicros = storedAtMicros;
    }

    public byte[] key() {
        return key;
    }

    public long size() {
        return size;
    }

    public long expiresAtMillis() {
        return expiresAtMillis;
    }

    public long storedAtMicros() {
        return storedAtMicros;
    }
}
