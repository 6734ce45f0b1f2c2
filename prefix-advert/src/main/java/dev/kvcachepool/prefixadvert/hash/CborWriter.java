package dev.kvcachepool.prefixadvert.hash;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes the few forms of canonical CBOR (RFC 8949, section 4.2.1) that engines hash: every length definite, every
 * number in its shortest form. Reusable, for one thread.
 */
final class CborWriter {
    private static final int UNSIGNED = 0;
    private static final int NEGATIVE = 1;
    private static final int BYTES = 2;
    private static final int TEXT = 3;
    private static final int ARRAY = 4;
    private static final byte NULL = (byte) 0xf6;

    private byte[] buffer;
    private int length;

    CborWriter(int capacity) {
        this.buffer = new byte[capacity];
    }

    CborWriter clear() {
        length = 0;
        return this;
    }

    CborWriter array(int elements) {
        return head(ARRAY, elements);
    }

    CborWriter bytes(byte[] value) {
        return head(BYTES, value.length).raw(value);
    }

    CborWriter text(String value) {
        var utf8 = value.getBytes(StandardCharsets.UTF_8);
        return head(TEXT, utf8.length).raw(utf8);
    }

    CborWriter integer(long value) {
        return value >= 0 ? head(UNSIGNED, value) : head(NEGATIVE, ~value);
    }

    /** A number of 64 bits without a sign. */
    CborWriter unsigned(long value) {
        return head(UNSIGNED, value);
    }

    CborWriter nil() {
        reserve(1);
        buffer[length++] = NULL;
        return this;
    }

    /** What was written, valid until the next write; {@link #length()} bytes of it count. */
    byte[] buffer() {
        return buffer;
    }

    int length() {
        return length;
    }

    /** A major type with its argument, taken as unsigned. */
    private CborWriter head(int major, long argument) {
        reserve(1 + Long.BYTES);
        var type = major << 5;
        if (argument >>> 5 == 0 && argument < 24) {
            buffer[length++] = (byte) (type | argument);
        } else if (argument >>> 8 == 0) {
            buffer[length++] = (byte) (type | 24);
            bigEndian(argument, 1);
        } else if (argument >>> 16 == 0) {
            buffer[length++] = (byte) (type | 25);
            bigEndian(argument, 2);
        } else if (argument >>> 32 == 0) {
            buffer[length++] = (byte) (type | 26);
            bigEndian(argument, 4);
        } else {
            buffer[length++] = (byte) (type | 27);
            bigEndian(argument, 8);
        }
        return this;
    }

    private void bigEndian(long value, int bytes) {
        for (int shift = (bytes - 1) * Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            buffer[length++] = (byte) (value >>> shift);
        }
    }

    private CborWriter raw(byte[] value) {
        reserve(value.length);
        System.arraycopy(value, 0, buffer, length, value.length);
        length += value.length;
        return this;
    }

    private void reserve(int bytes) {
        if (buffer.length - length < bytes) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, length + bytes));
        }
    }
}
