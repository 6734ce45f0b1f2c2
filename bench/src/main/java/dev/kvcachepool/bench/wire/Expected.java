package dev.kvcachepool.bench.wire;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/**
 * What a value should be, and a way to find out whether it is: by comparing all bytes, or by their CRC-32, which was made of
 * the bytes themselves before the time was taken. A sum reads what arrived and nothing else; a comparison reads as much again.
 * Used by any thread; the bytes are read only.
 */
public final class Expected {
    private final MemorySegment bytes;
    private final boolean summed;
    private final int sum;

    private Expected(MemorySegment bytes, boolean summed, int sum) {
        this.bytes = bytes;
        this.summed = summed;
        this.sum = sum;
    }

    /** To be compared byte by byte: finds how many are wrong. */
    public static Expected bytes(MemorySegment bytes) {
        return new Expected(bytes, false, 0);
    }

    /** To be summed; reads the bytes now. Where a sum is wrong, all bytes count as wrong. */
    public static Expected sum(MemorySegment bytes) {
        var crc = new CRC32();
        crc.update(bytes.asByteBuffer());
        return new Expected(bytes, true, (int) crc.getValue());
    }

    /** In bytes. */
    public long size() {
        return bytes.byteSize();
    }

    /** How many bytes of a value that is there as a whole are wrong; it is as long as this. */
    public long wrongBytes(MemorySegment value) {
        var check = check();
        check.part(value.asByteBuffer());
        return check.wrongBytes();
    }

    /** Of one value that arrives; for one thread. */
    Check check() {
        return new Check();
    }

    /** Takes a value's parts in their order. */
    final class Check {
        private final CRC32 crc = new CRC32();
        private long at;
        private long wrong;

        /** The part's bytes are read before this returns; together parts are no longer than what is expected. */
        void part(ByteBuffer part) {
            int count = part.remaining();
            if (summed) {
                crc.update(part);
            } else {
                wrong += Difference.bytes(MemorySegment.ofBuffer(part), bytes.asSlice(at, count));
            }
            at += count;
        }

        /** After the last part. */
        long wrongBytes() {
            return summed && (int) crc.getValue() != sum ? size() : wrong;
        }
    }
}
