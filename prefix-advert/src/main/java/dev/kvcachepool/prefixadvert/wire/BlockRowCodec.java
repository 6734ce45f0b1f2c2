package dev.kvcachepool.prefixadvert.wire;

import com.google.protobuf.ByteString;
import dev.kvcachepool.prefixadvert.proto.BlockValue;
import java.nio.ByteBuffer;

/** Values of the blocks table to and from Protobuf. Stateless. */
public final class BlockRowCodec {
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
        var reader = new BlockRowReader();
        reader.read(bytes);
        return reader.row();
    }
}
