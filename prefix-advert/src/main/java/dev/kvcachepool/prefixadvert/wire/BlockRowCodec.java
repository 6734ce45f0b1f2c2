package dev.kvcachepool.prefixadvert.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.kvcachepool.prefixadvert.proto.BlockValue;
import java.nio.ByteBuffer;

/** Values of the blocks table to and from Protobuf. Stateless. */
public final class BlockRowCodec {
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
        var worldSize = Math.max(1, value.getWorldSize());
        if (value.getWorldSize() < 0 || worldSize > RankSet.MAX_BITS) {
            throw new MalformedAdvertException(
                    "world_size is " + value.getWorldSize() + ", allowed are 1 to " + RankSet.MAX_BITS);
        }
        var parent = value.getParent();
        return new BlockRow(
                tiers,
                worldSize,
                RankSet.ofBytes(held.toByteArray()),
                value.getBytes(),
                value.getTokens(),
                value.getStoredAtMicros(),
                parent.size() < 8 ? null : BlockHash.of(parent.toByteArray()),
                value.hasPosition() ? value.getPosition() : -1);
    }

    private static BlockValue parse(byte[] bytes) throws MalformedAdvertException {
        try {
            return BlockValue.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new MalformedAdvertException("the block row is no Protobuf: " + e.getMessage(), e);
        }
    }
}
