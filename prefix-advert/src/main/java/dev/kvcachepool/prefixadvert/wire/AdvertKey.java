package dev.kvcachepool.prefixadvert.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * The key of a record of either table: a fixed binary layout, big-endian.
 *
 * <pre>
 * nodes   0x11 | holder id, UTF-8
 * blocks  0x12 | holder hash 8 | incarnation 8 | namespace 8 | block hash 16        (41 bytes)
 * </pre>
 *
 * <p>The high four bits of the first byte are the layout's version, the low four tell the table.
 */
public sealed interface AdvertKey {
    byte NODE = 0x11;
    byte BLOCK = 0x12;
    int BLOCK_KEY_BYTES = 41;
    /** Where namespace and hash begin in a block's key. */
    int BLOCK_AT = 17;
    /** µs since the epoch, for some 146,000 years. */
    long MAX_INCARNATION = 1L << 62;

    /** The record's key as it stands in Kafka; a fresh array. */
    byte[] toBytes();

    /** The key of a holder's row in the nodes table. */
    record Node(HolderId holder) implements AdvertKey {
        @Override
        public byte[] toBytes() {
            var id = holder.value().getBytes(StandardCharsets.UTF_8);
            return ByteBuffer.allocate(1 + id.length).put(NODE).put(id).array();
        }
    }

    /**
     * The key of a row of the blocks table.
     *
     * @param holder {@link HolderId#hash()} of the holder
     * @param incarnation the holder's life in which it said so; rows of an earlier life are void
     */
    record Block(long holder, long incarnation, BlockId block) implements AdvertKey {
        @Override
        public byte[] toBytes() {
            return ByteBuffer.allocate(BLOCK_KEY_BYTES)
                    .put(BLOCK)
                    .putLong(holder)
                    .putLong(incarnation)
                    .putLong(block.namespace().id())
                    .putLong(block.hash().high())
                    .putLong(block.hash().low())
                    .array();
        }
    }

    /** Reads a key of either table. */
    static AdvertKey parse(byte[] bytes) throws MalformedAdvertException {
        if (bytes.length == 0) {
            throw new MalformedAdvertException("the key is empty");
        }
        return switch (bytes[0]) {
            case NODE -> parseNode(bytes);
            case BLOCK -> parseBlock(bytes);
            default ->
                throw new MalformedAdvertException(
                        "the key starts with " + bytes[0] + ", known are " + NODE + " and " + BLOCK);
        };
    }

    private static Node parseNode(byte[] bytes) throws MalformedAdvertException {
        if (bytes.length == 1 || bytes.length > 1 + HolderId.MAX_BYTES) {
            throw new MalformedAdvertException(
                    "a node key has " + bytes.length + " bytes, allowed are 2 to " + (1 + HolderId.MAX_BYTES));
        }
        try {
            // Strict: two keys must not mean one holder.
            var id = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 1, bytes.length - 1));
            return new Node(new HolderId(id.toString()));
        } catch (CharacterCodingException e) {
            throw new MalformedAdvertException("a node key's holder id is not UTF-8", e);
        }
    }

    /** Returns a record's incarnation if it is one: a greater one could never be succeeded. */
    static long requireIncarnation(long incarnation) throws MalformedAdvertException {
        if (incarnation < 1 || incarnation > MAX_INCARNATION) {
            throw new MalformedAdvertException(
                    "incarnation is " + incarnation + ", allowed are 1 to " + MAX_INCARNATION);
        }
        return incarnation;
    }

    /** The block of a key of {@link #BLOCK_KEY_BYTES}, whatever else it says. */
    static BlockId blockOf(byte[] bytes) {
        var buffer = ByteBuffer.wrap(bytes, BLOCK_AT, BLOCK_KEY_BYTES - BLOCK_AT);
        return new BlockId(new Namespace(buffer.getLong()), new BlockHash(buffer.getLong(), buffer.getLong()));
    }

    private static Block parseBlock(byte[] bytes) throws MalformedAdvertException {
        if (bytes.length != BLOCK_KEY_BYTES) {
            throw new MalformedAdvertException("a block key has " + bytes.length + " bytes, not " + BLOCK_KEY_BYTES);
        }
        var buffer = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
        var holder = buffer.getLong();
        var incarnation = requireIncarnation(buffer.getLong());
        return new Block(holder, incarnation, blockOf(bytes));
    }
}
