package dev.kvcachepool.bench.wire;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Compares what arrived with what should have. */
public final class Difference {
    private Difference() {}

    /** How many bytes differ of two segments that are equally long; costs one vectorized comparison where none does. */
    public static long bytes(MemorySegment arrived, MemorySegment expected) {
        long first = arrived.mismatch(expected);
        if (first < 0) {
            return 0;
        }
        long count = 0;
        for (long at = first; at < expected.byteSize(); at++) {
            if (arrived.get(ValueLayout.JAVA_BYTE, at) != expected.get(ValueLayout.JAVA_BYTE, at)) {
                count++;
            }
        }
        return count;
    }
}
