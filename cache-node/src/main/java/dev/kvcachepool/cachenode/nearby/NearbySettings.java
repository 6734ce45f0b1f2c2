package dev.kvcachepool.cachenode.nearby;

import java.time.Duration;

/**
 * How a node reads from others.
 *
 * @param timeout what a look-up may cost until the answer's first byte has come, all nodes that are asked together
 * @param slowest bytes a second that a transfer must reach to be waited for
 * @param transfers at a time, to and from this node's memory
 * @param bytesInFlight of all of them
 * @param copies whether what has come is kept
 */
public record NearbySettings(Duration timeout, long slowest, int transfers, long bytesInFlight, CopyPolicy copies) {
    private static final long SLOWEST = 32L << 20;
    private static final int TRANSFERS = 64;
    private static final int SHARE = 8;
    private static final double NANOS = 1e9;

    /** What holds besides what a user says, for a node with so much memory for values. */
    public static NearbySettings of(Duration timeout, CopyPolicy copies, long capacityBytes) {
        return new NearbySettings(timeout, SLOWEST, TRANSFERS, Math.max(1, capacityBytes / SHARE), copies);
    }

    /** How long all of a value may take from its first byte on. */
    long transferNanos(long size) {
        return timeout.toNanos() + (long) ((double) size / slowest * NANOS);
    }
}
