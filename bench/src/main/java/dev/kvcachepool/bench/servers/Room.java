package dev.kvcachepool.bench.servers;

/**
 * Memory of a server, in bytes: {@code values} that it is to hold and {@code bytes} that it may take for that and for values
 * on their way. {@code evicting}: it is the limit that is to be measured; otherwise nothing may be evicted.
 */
public record Room(long values, long bytes, boolean evicting) {
    /** Values that are being sent need room too, beside those that they replace. */
    private static final int AMPLE = 3;

    /** So much that nothing has to go. */
    public static Room ample(long values) {
        return new Room(values, values * AMPLE, false);
    }

    /** Not a byte more than this. */
    public static Room limited(long bytes) {
        return new Room(bytes, bytes, true);
    }

    /** In MiB, rounded up. */
    long mebibytes() {
        return (bytes + (1L << 20) - 1) >> 20;
    }
}
