package dev.kvcachepool.bench.load;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/**
 * What values hold: slices of one random pattern, so that making a value costs nothing and checking one is a comparison.
 * The slice is found by key and version, the same in every process that has the same seed. Slices are read only; they live
 * as long as this does.
 */
public final class Content {
    /** Bytes; more than most processors' caches hold. */
    public static final long PATTERN_BYTES = 64L << 20;

    /** No value is longer, in bytes: so that there are many different ones of every size. */
    public static final long MAX_VALUE_BYTES = PATTERN_BYTES / 2;

    /** Slices begin at multiples of this many bytes. */
    private static final long STEP = 8;

    private final MemorySegment pattern;

    public Content(long seed) {
        var memory = Arena.ofAuto().allocate(PATTERN_BYTES, STEP);
        var random = new SplittableRandom(seed);
        for (long at = 0; at < PATTERN_BYTES; at += Long.BYTES) {
            memory.set(ValueLayout.JAVA_LONG, at, random.nextLong());
        }
        pattern = memory.asReadOnly();
    }

    /** The value of a key in one of its versions; {@code size} in bytes, at most {@link #MAX_VALUE_BYTES}. */
    public MemorySegment of(long key, int version, long size) {
        if (size > MAX_VALUE_BYTES) {
            throw new IllegalArgumentException(size + " bytes; values have at most " + MAX_VALUE_BYTES);
        }
        long places = (PATTERN_BYTES - size) / STEP;
        return at(Long.remainderUnsigned(mixed(key * 0x9E3779B97F4A7C15L + version), places) * STEP, size);
    }

    /** A slice of the pattern itself; both in bytes. */
    public MemorySegment at(long offset, long size) {
        return pattern.asSlice(offset, size);
    }

    private static long mixed(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
