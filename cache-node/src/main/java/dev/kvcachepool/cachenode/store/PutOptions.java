package dev.kvcachepool.cachenode.store;

/**
 * How a value is to be stored.
 *
 * @param condition on whether the key is there
 * @param expiresAtMillis since the epoch; {@link #FOREVER} for no end, {@link #KEEP} to leave it as it is
 */
public record PutOptions(Condition condition, long expiresAtMillis) {
    public static final long FOREVER = Entry.FOREVER;
    public static final long KEEP = -1;
    public static final PutOptions PLAIN = new PutOptions(Condition.ALWAYS, FOREVER);

    /** When a value is stored at all. */
    public enum Condition {
        ALWAYS,
        IF_ABSENT,
        IF_PRESENT
    }
}
