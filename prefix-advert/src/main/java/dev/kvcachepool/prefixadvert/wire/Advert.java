package dev.kvcachepool.prefixadvert.wire;

import org.jspecify.annotations.Nullable;

/** A record of either table, read. */
public sealed interface Advert {

    /**
     * A row of the nodes table.
     *
     * @param row null where the record is a tombstone
     */
    record OfNode(AdvertKey.Node key, @Nullable NodeRow row) implements Advert {}

    /**
     * A row of the blocks table.
     *
     * @param row null where the record is a tombstone
     */
    record OfBlock(AdvertKey.Block key, @Nullable BlockRow row) implements Advert {}

    /**
     * Reads a record.
     *
     * @param value null for a tombstone
     */
    static Advert parse(byte @Nullable [] key, byte @Nullable [] value) throws MalformedAdvertException {
        if (key == null) {
            throw new MalformedAdvertException("the record has no key");
        }
        return switch (AdvertKey.parse(key)) {
            case AdvertKey.Node node -> new OfNode(node, value == null ? null : NodeRowCodec.decode(value));
            case AdvertKey.Block block -> new OfBlock(block, value == null ? null : BlockRowCodec.decode(value));
        };
    }
}
