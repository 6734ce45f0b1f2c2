package dev.kvcachepool.cachenode.nearby;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** How many values come from other nodes at a time, and how many bytes of them. Thread-safe. */
final class TransferLimits {
    private static final int UNIT = 4 << 10;

    private final int transfers;
    private final int units;
    private final Semaphore freeTransfers;
    private final Semaphore freeUnits;

    TransferLimits(int transfers, long bytes) {
        this.transfers = transfers;
        this.units = Math.clamp(bytes / UNIT, 1, Integer.MAX_VALUE);
        this.freeTransfers = new Semaphore(transfers);
        this.freeUnits = new Semaphore(units);
    }

    /** Waits for its turn; false when that does not come by {@code endNanos}. */
    boolean enter(long endNanos) throws InterruptedException {
        return freeTransfers.tryAcquire(left(endNanos), TimeUnit.NANOSECONDS);
    }

    void leave() {
        freeTransfers.release();
    }

    /** Waits for room for a value; one that is larger than the limit has room alone; −1 when there is none in time. */
    int takeUnits(long size, long endNanos) throws InterruptedException {
        int wanted = (int) Math.min(Math.ceilDiv(size, UNIT), units);
        return freeUnits.tryAcquire(wanted, left(endNanos), TimeUnit.NANOSECONDS) ? wanted : -1;
    }

    void giveUnitsBack(int taken) {
        freeUnits.release(taken);
    }

    private static long left(long endNanos) {
        return Math.max(0, endNanos - System.nanoTime());
    }

    int inFlight() {
        return transfers - freeTransfers.availablePermits();
    }

    long bytesInFlight() {
        return (long) (units - freeUnits.availablePermits()) * UNIT;
    }
}
