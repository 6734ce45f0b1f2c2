package dev.kvcachepool.prefixadvert.wire;

import com.google.protobuf.ByteString;
import dev.kvcachepool.prefixadvert.proto.BlockValue;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Values of the blocks table to and from Protobuf. Stateless. */
public final class BlockRowCodec {
    /** Twice as many as the largest rank set and all else take. */
    static final int MAX_BYTES = 4 << 10;

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

    /** Reads a row; tiers that this version does not know are left out, and so are fields. */
    public static BlockRow decode(byte[] bytes) throws MalformedAdvertException {
        if (bytes.length > MAX_BYTES) {
            throw new MalformedAdvertException(
                    "the block row has " + bytes.length + " bytes, allowed are " + MAX_BYTES);
        }
        try {
            return new BlockRowReader(bytes).read();
        } catch (IOException e) {
            throw new MalformedAdvertException("the block row is no Protobuf: " + e.getMessage(), e);
        }
    }
}
