package dev.kvcachepool.prefixadvert.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.kvcachepool.prefixadvert.proto.BlockValue;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Values of the blocks table, one after another, read field by field: a router that starts reads millions, and the generated
 * message, its builder and its byte strings cost more than the index they are read for. Agrees with {@link BlockValue}'s parser
 * on all bytes.
 *
 * <p>Known fields, as every holder writes them, are read in place and without any object. Whatever else there is (fields of
 * later versions, unusual encodings, errors) is left to Protobuf's own stream, from the value's beginning.
 *
 * <p>What was read is there until the next {@link #read}. Confined to one thread.
 */
final class BlockRowReader {
    private static final int ALL_TIERS = (1 << Tier.COUNT) - 1;
    private static final int TIERS = BlockValue.TIERS_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_VARINT;
    private static final int WORLD_SIZE = BlockValue.WORLD_SIZE_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_VARINT;
    private static final int HELD = BlockValue.HELD_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
    private static final int BYTES = BlockValue.BYTES_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_VARINT;
    private static final int TOKENS = BlockValue.TOKENS_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_VARINT;
    private static final int STORED_AT = BlockValue.STORED_AT_MICROS_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_FIXED64;
    private static final int PARENT = BlockValue.PARENT_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
    private static final int POSITION = BlockValue.POSITION_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_VARINT;
    private static final VarHandle LITTLE_ENDIAN =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle BIG_ENDIAN =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final byte[] NOTHING = {};
    /** Twice as many as the largest rank set and all else take. */
    private static final int MAX_BYTES = 4 << 10;

    private static final int PARENT_BYTES = 2 * Long.BYTES;
    /** Bits of a varint that {@link #varint()} reads: nine bytes. */
    private static final int VARINT_BITS = 9 * 7;

    /** Where {@link #inPlace} stands; beyond the value's end once it has met what it leaves to others. */
    private int at;

    private byte[] value = NOTHING;
    private int tiers;
    private int worldSize;
    private byte[] held = NOTHING;
    /** What the last value before said, and what that means: the rows of a model say the same. */
    private byte[] heldBefore = NOTHING;

    private RankSet ranks = RankSet.SINGLE;
    private long bytes;
    private int tokens;
    private long storedAt;
    private boolean hasParent;
    private long parentHigh;
    private long parentLow;
    private boolean hasPosition;
    private int position;

    /**
     * Reads one value.
     *
     * @throws MalformedAdvertException if it is no Protobuf, or not a row
     */
    void read(byte[] row) throws MalformedAdvertException {
        if (row.length > MAX_BYTES) {
            throw new MalformedAdvertException("the block row has " + row.length + " bytes, allowed are " + MAX_BYTES);
        }
        value = row;
        clear();
        if (!inPlace()) {
            clear();
            byStream();
        }
        check();
    }

    private void clear() {
        at = 0;
        tiers = 0;
        worldSize = 0;
        held = NOTHING;
        bytes = 0;
        tokens = 0;
        storedAt = 0;
        hasParent = false;
        parentHigh = 0;
        parentLow = 0;
        hasPosition = false;
        position = 0;
    }

    /** Whether all of it could be read so. */
    private boolean inPlace() {
        while (at < value.length) {
            switch (value[at++]) {
                case TIERS -> tiers = (int) varint();
                case WORLD_SIZE -> worldSize = (int) varint();
                case BYTES -> bytes = varint();
                case TOKENS -> tokens = (int) varint();
                case STORED_AT -> storedAt = fixed64();
                case HELD -> heldInPlace();
                case PARENT -> parentInPlace();
                case POSITION -> position((int) varint());
                default -> {
                    return false;
                }
            }
        }
        return at == value.length;
    }

    private void giveUp() {
        at = value.length + 1;
    }

    /** Up to nine bytes of a varint. */
    private long varint() {
        long number = 0;
        for (int shift = 0; shift < VARINT_BITS && at < value.length; shift += 7) {
            byte next = value[at++];
            number |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return number;
            }
        }
        giveUp();
        return 0;
    }

    private long fixed64() {
        if (at + Long.BYTES > value.length) {
            giveUp();
            return 0;
        }
        long number = (long) LITTLE_ENDIAN.get(value, at);
        at += Long.BYTES;
        return number;
    }

    /** How many bytes follow, all of them there; −1 where that is not so. */
    private int length() {
        long length = varint();
        if (at > value.length || length > value.length - at) {
            giveUp();
            return -1;
        }
        return (int) length;
    }

    private void heldInPlace() {
        int length = length();
        if (length < 0) {
            return;
        }
        boolean asBefore = Arrays.equals(value, at, at + length, heldBefore, 0, heldBefore.length);
        held = asBefore ? heldBefore : Arrays.copyOfRange(value, at, at + length);
        at += length;
    }

    private void parentInPlace() {
        if (length() != PARENT_BYTES) {
            giveUp();
            return;
        }
        hasParent = true;
        parentHigh = (long) BIG_ENDIAN.get(value, at);
        parentLow = (long) BIG_ENDIAN.get(value, at + Long.BYTES);
        at += PARENT_BYTES;
    }

    private void position(int number) {
        hasPosition = true;
        position = number;
    }

    private void byStream() throws MalformedAdvertException {
        try {
            byStream(CodedInputStream.newInstance(value));
        } catch (IOException e) {
            throw new MalformedAdvertException("the block row is no Protobuf: " + e.getMessage(), e);
        }
    }

    private void byStream(CodedInputStream in) throws IOException, MalformedAdvertException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag) {
                case TIERS -> tiers = in.readUInt32();
                case WORLD_SIZE -> worldSize = in.readUInt32();
                case HELD -> held = in.readByteArray();
                case BYTES -> bytes = in.readUInt64();
                case TOKENS -> tokens = in.readUInt32();
                case STORED_AT -> storedAt = in.readFixed64();
                case PARENT -> parent(in.readByteArray());
                case POSITION -> position(in.readUInt32());
                default -> {
                    if (!in.skipField(tag)) {
                        throw new MalformedAdvertException(
                                "the block row is no Protobuf: a group ends that never began");
                    }
                }
            }
        }
    }

    /** One that is shorter than a hash names none. */
    private void parent(byte[] hash) {
        hasParent = hash.length >= Long.BYTES;
        if (hasParent) {
            var parent = BlockHash.of(hash);
            parentHigh = parent.high();
            parentLow = parent.low();
        }
    }

    private void check() throws MalformedAdvertException {
        if ((tiers & ALL_TIERS) == 0) {
            throw new MalformedAdvertException("tiers is " + tiers + ", which names no known tier");
        }
        if (worldSize < 0 || worldSize > RankSet.MAX_BITS) {
            throw new MalformedAdvertException("world_size is " + worldSize + ", allowed are 1 to " + RankSet.MAX_BITS);
        }
        if (held.length > RankSet.MAX_BITS / Byte.SIZE) {
            throw new MalformedAdvertException(
                    "held has " + held.length + " bytes, allowed are " + RankSet.MAX_BITS / Byte.SIZE);
        }
        if (!Arrays.equals(held, heldBefore)) {
            ranks = RankSet.ofBytes(held);
            heldBefore = held;
        }
        if (ranks.isEmpty()) {
            throw new MalformedAdvertException("held names no rank; an empty field stands for rank 0");
        }
        require("bytes", bytes, Long.MAX_VALUE);
        require("tokens", Integer.toUnsignedLong(tokens), Integer.MAX_VALUE);
        require("position", Integer.toUnsignedLong(position), Integer.MAX_VALUE);
    }

    private static void require(String field, long unsigned, long most) throws MalformedAdvertException {
        if (Long.compareUnsigned(unsigned, most) > 0) {
            throw new MalformedAdvertException(
                    field + " is " + Long.toUnsignedString(unsigned) + ", allowed are 0 to " + most);
        }
    }

    int tiers() {
        return tiers & ALL_TIERS;
    }

    int worldSize() {
        return Math.max(1, worldSize);
    }

    RankSet ranks() {
        return ranks;
    }

    long bytes() {
        return bytes;
    }

    int tokens() {
        return tokens;
    }

    long storedAtMicros() {
        return storedAt;
    }

    boolean hasParent() {
        return hasParent;
    }

    long parentHigh() {
        return parentHigh;
    }

    long parentLow() {
        return parentLow;
    }

    /** −1 where the row has none. */
    int position() {
        return hasPosition ? position : -1;
    }

    /** All of it as one object. */
    BlockRow row() {
        return new BlockRow(tiers(), worldSize(), ranks, bytes, tokens, storedAt, parent(), position());
    }

    private @Nullable BlockHash parent() {
        return hasParent ? new BlockHash(parentHigh, parentLow) : null;
    }
}
