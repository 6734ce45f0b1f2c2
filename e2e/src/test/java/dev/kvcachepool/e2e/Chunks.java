package dev.kvcachepool.e2e;

import dev.kvcachepool.prefixadvert.index.HolderGroups;
import dev.kvcachepool.prefixadvert.table.AdvertView;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/** Chunks by number: their hash, their key as LMCache's multiprocess form writes it, and who advertises them. */
final class Chunks {
    static final Namespace NAMESPACE = Namespace.of(Fixture.MODEL, "lmcache-blake3", new byte[0]);

    private Chunks() {}

    static byte[] hash(int number) {
        return ByteBuffer.allocate(32)
                .putLong(number * 0x9E3779B97F4A7C15L)
                .putInt(8, number)
                .putInt(28, number)
                .array();
    }

    static byte[] key(int number) {
        return (Fixture.MODEL + "@01000100@0@" + HexFormat.of().formatHex(hash(number)))
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Whether the table says that {@code holder} has chunk {@code number}, whatever its liveness. */
    static boolean isAdvertised(AdvertView table, String holder, int number) {
        return table.holder(new HolderId(holder))
                .map(view -> table.index()
                                .lookup(
                                        NAMESPACE,
                                        List.of(BlockHash.of(hash(number))),
                                        new HolderGroups(List.of(new int[] {view.slot()}), List.of(0)))
                                .getFirst()
                                .blocks()
                        == 1)
                .orElse(false);
    }
}
