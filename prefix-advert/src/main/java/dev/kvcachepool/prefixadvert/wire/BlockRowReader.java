package dev.kvcachepool.prefixadvert.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.kvcachepool.prefixadvert.proto.BlockValue;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One value of the blocks table, read field by field: a router that starts reads millions, and the generated message, its
 * builder and its byte strings cost more than the index they are read for. Agrees with {@link BlockValue}'s parser on all bytes.
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
    private static final byte[] NOTHING = {};

    private final CodedInputStream in;
    private int tiers;
    private int worldSize;
    private byte[] held = NOTHING;
    private long bytes;
    private int tokens;
    private long storedAt;
    private byte[] parent = NOTHING;
    private int position;
    private boolean hasPosition;

    BlockRowReader(byte[] value) {
        this.in = CodedInputStream.newInstance(value);
    }

    BlockRow read() throws IOException, MalformedAdvertException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag) {
                case TIERS -> tiers = in.readUInt32();
                case WORLD_SIZE -> worldSize = in.readUInt32();
                case HELD -> held = in.readByteArray();
                case BYTES -> bytes = in.readUInt64();
                case TOKENS -> tokens = in.readUInt32();
                case STORED_AT -> storedAt = in.readFixed64();
                case PARENT -> parent = in.readByteArray();
                case POSITION -> {
                    position = in.readUInt32();
                    hasPosition = true;
                }
                default -> {
                    if (!in.skipField(tag)) {
                        throw new MalformedAdvertException(
                                "the block row is no Protobuf: a group ends that never began");
                    }
                }
            }
        }
        return row();
    }

    private BlockRow row() throws MalformedAdvertException {
        int known = tiers & ALL_TIERS;
        if (known == 0) {
            throw new MalformedAdvertException("tiers is " + tiers + ", which names no known tier");
        }
        if (worldSize < 0 || worldSize > RankSet.MAX_BITS) {
            throw new MalformedAdvertException("world_size is " + worldSize + ", allowed are 1 to " + RankSet.MAX_BITS);
        }
        return new BlockRow(
                known,
                Math.max(1, worldSize),
                ranks(),
                require("bytes", bytes, Long.MAX_VALUE),
                (int) require("tokens", tokens, Integer.MAX_VALUE),
                storedAt,
                parent(),
                hasPosition ? (int) require("position", position, Integer.MAX_VALUE) : -1);
    }

    private RankSet ranks() throws MalformedAdvertException {
        if (held.length > RankSet.MAX_BITS / Byte.SIZE) {
            throw new MalformedAdvertException(
                    "held has " + held.length + " bytes, allowed are " + RankSet.MAX_BITS / Byte.SIZE);
        }
        var ranks = RankSet.ofBytes(held);
        if (ranks.isEmpty()) {
            throw new MalformedAdvertException("held names no rank; an empty field stands for rank 0");
        }
        return ranks;
    }

    private @Nullable BlockHash parent() {
        return parent.length < 8 ? null : BlockHash.of(parent);
    }

    /** Protobuf's unsigned numbers come as negative ones where they are larger than Java's. */
    private static long require(String field, long value, long most) throws MalformedAdvertException {
        if (value < 0) {
            throw new MalformedAdvertException(
                    field + " is " + Long.toUnsignedString(value) + ", allowed are 0 to " + most);
        }
        return value;
    }
}
