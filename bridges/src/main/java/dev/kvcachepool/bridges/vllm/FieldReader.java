package dev.kvcachepool.bridges.vllm;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.msgpack.core.MessageFormat;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePackException;
import org.msgpack.core.MessageUnpacker;
import org.msgpack.value.ValueType;

/**
 * Reads MessagePack of a known size with a limit on everything. A length that is claimed is believed only as far as there
 * are bytes left: no message makes this allocate more than a few times its own size. For one thread.
 */
final class FieldReader {
    private static final int MAX_TEXT_BYTES = 4096;
    /** Of a whole message: a hash of one byte becomes an object of many. */
    private static final int MOST_HASHES = 1 << 17;

    private final MessageUnpacker in;
    private final int size;
    private int hashes;

    FieldReader(byte[] message) {
        this.in = MessagePack.newDefaultUnpacker(message);
        this.size = message.length;
    }

    /** Something to read that the library may refuse. */
    @FunctionalInterface
    private interface Read<T> {
        T read() throws IOException, MalformedEventException;
    }

    private <T> T read(String field, String allowed, Read<T> read) throws MalformedEventException {
        try {
            return read.read();
        } catch (MessagePackException | IOException | ArithmeticException e) {
            throw new MalformedEventException(
                    field + " is not " + allowed + ", at byte " + in.getTotalReadBytes() + " of " + size, e);
        }
    }

    private ValueType next(String field) throws MalformedEventException {
        return read(field, "there", () -> in.getNextFormat().getValueType());
    }

    boolean isMap(String field) throws MalformedEventException {
        return next(field) == ValueType.MAP;
    }

    boolean isText(String field) throws MalformedEventException {
        return next(field) == ValueType.STRING;
    }

    boolean isArray(String field) throws MalformedEventException {
        return next(field) == ValueType.ARRAY;
    }

    /** Passes over a null, if there is one. */
    boolean isNull(String field) throws MalformedEventException {
        return read(field, "there", in::tryUnpackNil);
    }

    /** Whether all was read. */
    boolean isAtEnd() {
        return in.getTotalReadBytes() >= size;
    }

    int arrayOf(String field, int most) throws MalformedEventException {
        return count(field, read(field, "an array", in::unpackArrayHeader), most);
    }

    int mapOf(String field, int most) throws MalformedEventException {
        return count(field, read(field, "a map", in::unpackMapHeader), most);
    }

    private int count(String field, int count, int most) throws MalformedEventException {
        if (count < 0 || count > most || count > size - in.getTotalReadBytes()) {
            throw new MalformedEventException(field + " has " + Integer.toUnsignedString(count)
                    + " elements, allowed are " + most + " and no more than the message has bytes");
        }
        return count;
    }

    String text(String field) throws MalformedEventException {
        return read(field, "text", () -> {
            int length = in.unpackRawStringHeader();
            if (length > MAX_TEXT_BYTES) {
                throw new MalformedEventException(field + " has " + length + " bytes, allowed are " + MAX_TEXT_BYTES);
            }
            return new String(in.readPayload(length), java.nio.charset.StandardCharsets.UTF_8);
        });
    }

    @Nullable
    String textOrNull(String field) throws MalformedEventException {
        return isNull(field) ? null : text(field);
    }

    long whole(String field, long least, long most) throws MalformedEventException {
        long value = read(field, "a whole number", in::unpackLong);
        if (value < least || value > most) {
            throw new MalformedEventException(field + " is " + value + ", allowed are " + least + " to " + most);
        }
        return value;
    }

    EngineHash hash(String field) throws MalformedEventException {
        return read(field, "a hash, bytes or a number of 64 bits", () -> {
            var format = in.getNextFormat();
            if (format == MessageFormat.UINT64) {
                return EngineHash.of(in.unpackBigInteger().longValue());
            }
            if (format.getValueType() == ValueType.INTEGER) {
                return EngineHash.of(in.unpackLong());
            }
            int length = in.unpackBinaryHeader();
            if (length < EngineHash.MIN_BYTES || length > EngineHash.MAX_BYTES) {
                throw new MalformedEventException(field + " has a hash of " + length + " bytes, allowed are "
                        + EngineHash.MIN_BYTES + " to " + EngineHash.MAX_BYTES);
            }
            return EngineHash.of(in.readPayload(length));
        });
    }

    List<EngineHash> hashes(String field, int most) throws MalformedEventException {
        int count = arrayOf(field, most);
        hashes += count;
        if (hashes > MOST_HASHES) {
            throw new MalformedEventException(
                    field + " brings the message's hashes to " + hashes + ", allowed are " + MOST_HASHES);
        }
        var read = new ArrayList<EngineHash>(count);
        for (int i = 0; i < count; i++) {
            read.add(hash(field));
        }
        return read;
    }

    int[] tokens(String field, int most) throws MalformedEventException {
        if (isNull(field)) {
            return new int[0];
        }
        var tokens = new int[arrayOf(field, most)];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = (int) whole(field, 0, Integer.MAX_VALUE);
        }
        return tokens;
    }

    /** Bytes or text, as what tells one thing from another. */
    String label(String field) throws MalformedEventException {
        if (next(field) != ValueType.BINARY) {
            return text(field);
        }
        return read(field, "bytes", () -> {
            int length = in.unpackBinaryHeader();
            if (length > EngineHash.MAX_BYTES) {
                throw new MalformedEventException(
                        field + " has " + length + " bytes, allowed are " + EngineHash.MAX_BYTES);
            }
            return Arrays.toString(in.readPayload(length));
        });
    }

    /** Passes over whatever comes. */
    void skip(String field) throws MalformedEventException {
        var _ = read(field, "whole", () -> {
            in.skipValue();
            return "";
        });
    }
}
