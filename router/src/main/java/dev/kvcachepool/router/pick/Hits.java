package dev.kvcachepool.router.pick;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How much of the prompts that could be looked up their endpoints had when they were picked: since the start, and of late, for
 * which {@value #SLICES} slices of time are kept in turn. Thread-safe.
 */
public final class Hits {
    static final int SLICES = 30;
    static final long SLICE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final LongSupplier nanoTime;
    private final long[] held = new long[SLICES];
    private final long[] asked = new long[SLICES];
    private Count sinceStart = new Count(0, 0);
    private long slice;

    /**
     * Blocks of prompts.
     *
     * @param held those that the picked endpoint could read, or that were on their way there
     * @param asked all full blocks of the prompts
     */
    public record Count(long held, long asked) {
        Count plus(long moreHeld, long moreAsked) {
            return new Count(held + moreHeld, asked + moreAsked);
        }
    }

    Hits(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.slice = slice();
    }

    synchronized void picked(long heldBlocks, long askedBlocks) {
        settle();
        int at = (int) Math.floorMod(slice, (long) SLICES);
        held[at] += heldBlocks;
        asked[at] += askedBlocks;
        sinceStart = sinceStart.plus(heldBlocks, askedBlocks);
    }

    /** Of the last five minutes, to ten seconds. */
    public synchronized Count lately() {
        settle();
        var count = new Count(0, 0);
        for (int i = 0; i < SLICES; i++) {
            count = count.plus(held[i], asked[i]);
        }
        return count;
    }

    public synchronized Count sinceStart() {
        return sinceStart;
    }

    private long slice() {
        return Math.floorDiv(nanoTime.getAsLong(), SLICE_NANOS);
    }

    private void settle() {
        long now = slice();
        for (long gone = Math.max(slice + 1, now - SLICES + 1); gone <= now; gone++) {
            int at = (int) Math.floorMod(gone, (long) SLICES);
            held[at] = 0;
            asked[at] = 0;
        }
        slice = Math.max(slice, now);
    }
}
