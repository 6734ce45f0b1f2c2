package dev.kvcachepool.prefixadvert.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.kvcachepool.prefixadvert.proto.BlockValue;
import java.nio.ByteBuffer;

/** Values of the blocks table to and from Protobuf. Stateless. */
public final class BlockRowCodec {
    /** Twice as many as the largest rank set and all else take. */
    static final int MAX_BYTES = 4 << 10;

    private static final int ALL_TIERS = (1 << Tier.COUNT) - 1;

    private BlockRowCodec() {}

    public static byte[] encode(BlockRow row) {
        var value = BlockValue.newBuilder()
                .setTiers(row.tiers())
                .setWorldSize(row.worldSize() == 1 ? 0 : row.worldSize())
                .setHeld(ByteString.copyFrom(row.held().toBytes()))
                .setBytes(row.bytes())
                .setTokens(row.tokens())
                .setStoredAtMicros(row.storedAtMicros());
        var parent = row.parent();
        if (parent != null) {
            value.setParent(ByteString.copyFrom(ByteBuffer.allocate(16)
                    .putLong(parent.high())
                    .putLong(parent.low())
                    .flip()));
        }
        if (row.position() >= 0) {
            value.setPosition(row.position());
        }
        return value.build().toByteArray();
    }

    /** Reads a row; tiers that this version does not know are left out. */
    public static BlockRow decode(byte[] bytes) throws MalformedAdvertException {
        var value = parse(bytes);
        var tiers = value.getTiers() & ALL_TIERS;
        if (tiers == 0) {
            throw new MalformedAdvertException("tiers is " + value.getTiers() + ", which names no known tier");
        }
        var held = value.getHeld();
        if (held.size() > RankSet.MAX_BITS / Byte.SIZE) {
            throw new MalformedAdvertException(
                    "held has " + held.size() + " bytes, allowed are " + RankSet.MAX_BITS / Byte.SIZE);
        }
        var ranks = RankSet.ofBytes(held.toByteArray());
        if (ranks.isEmpty()) {
            throw new MalformedAdvertException("held names no rank; an empty field stands for rank 0");
        }
        var worldSize = Math.max(1, value.getWorldSize());
        if (value.getWorldSize() < 0 || worldSize > RankSet.MAX_BITS) {
            throw new MalformedAdvertException(
                    "world_size is " + value.getWorldSize() + ", allowed are 1 to " + RankSet.MAX_BITS);
        }
        var parent = value.getParent();
        return new BlockRow(
                tiers,
                worldSize,
                ranks,
                require("bytes", value.getBytes(), Long.MAX_VALUE),
                (int) require("tokens", value.getTokens(), Integer.MAX_VALUE),
                value.getStoredAtMicros(),
                parent.size() < 8 ? null : BlockHash.of(parent.toByteArray()),
                value.hasPosition() ? (int) require("position", value.getPosition(), Integer.MAX_VALUE) : -1);
    }

    /** Protobuf's unsigned numbers come as negative ones where they are larger than Java's. */
    private static long require(String field, long value, long most) throws MalformedAdvertException {
        if (value < 0) {
            throw new MalformedAdvertException(
                    field + " is " + Long.toUnsignedString(value) + ", allowed are 0 to " + most);
        }
        return value;
    }

    private static BlockValue parse(byte[] bytes) throws MalformedAdvertException {
        if (bytes.length > MAX_BYTES) {
            throw new MalformedAdvertException(
                    "the block row has " + bytes.length + " bytes, allowed are " + MAX_BYTES);
        }
        try {
            return BlockValue.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new MalformedAdvertException("the block row is no Protobuf: " + e.getMessage(), e);
        }
    }
}
