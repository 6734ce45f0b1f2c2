package dev.kvcachepool.prefixadvert.wire;

import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A record behind a golden file of that name; the value in hex. */
record GoldenRecord(String fileName, AdvertKey key, String value) {
    static Stream<GoldenRecord> all() {
        return Stream.of(nodeFull(), nodeMismatched(), blockFlat(), blockFull());
    }

    private static GoldenRecord nodeFull() {
        var holder = new HolderId("7c1e-pool/cache-node-0");
        var row = new NodeRow(
                holder,
                NodeRow.Kind.CACHE_NODE,
                "prod/llama",
                1_790_000_000_000_001L,
                NodeState.SERVING,
                Map.of("resp", new NodeRow.Address("10.0.0.7", 6379), "http", new NodeRow.Address("10.0.0.7", 9400)),
                "cache-node-0",
                "gpu-7",
                "eu-1a",
                List.of(new ModelSpec("meta/Llama-3.1-8B", "lmcache-blake3", 256, List.of(0, 2))),
                List.of(
                        new NodeRow.TierUse(Tier.HOST, 64L << 30, 5L << 30),
                        new NodeRow.TierUse(Tier.DISK, 1L << 40, 0)));
        return new GoldenRecord("node-full.hex", new AdvertKey.Node(holder), hex(NodeRowCodec.encode(row)));
    }

    private static GoldenRecord nodeMismatched() {
        var holder = new HolderId("7c1e-pool/cache-node-1");
        var row = new NodeRow(
                holder,
                NodeRow.Kind.CACHE_NODE,
                "prod/llama",
                1_790_000_000_000_002L,
                NodeState.SERVING,
                Map.of(),
                "cache-node-1",
                "",
                "",
                List.of(),
                List.of(),
                List.of(
                        new Mismatch(Mismatch.Kind.MODEL, "other", "", "engines store its chunks", 3),
                        new Mismatch(Mismatch.Kind.HASH, "a", "hashes of 256 bits", "hashes of 64 bits", 1),
                        new Mismatch(Mismatch.Kind.CHUNK_TOKENS, "a", "256 tokens", "512 tokens", 1L << 40),
                        new Mismatch(Mismatch.Kind.VALUE_BYTES, "a", "4096 bytes", "8192 bytes", 64)));
        return new GoldenRecord("node-mismatched.hex", new AdvertKey.Node(holder), hex(NodeRowCodec.encode(row)));
    }

    private static GoldenRecord blockFlat() {
        var row = BlockRow.flat(Tier.HOST.mask(), 1, RankSet.SINGLE, 32L << 20, 256, 1_790_000_000_123_456L);
        return new GoldenRecord("block-flat.hex", key(1_790_000_000_000_001L), hex(BlockRowCodec.encode(row)));
    }

    private static GoldenRecord blockFull() {
        var row = new BlockRow(
                Tier.GPU.mask() | Tier.DISK.mask(),
                8,
                RankSet.of(BitSet.valueOf(new long[] {0x2_00FFL})),
                1,
                512,
                3,
                BlockHash.ofHex("000102030405060708090a0b0c0d0e0f"),
                0);
        return new GoldenRecord("block-full.hex", key(2), hex(BlockRowCodec.encode(row)));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static AdvertKey.Block key(long incarnation) {
        return new AdvertKey.Block(
                new HolderId("7c1e-pool/cache-node-0").hash(),
                incarnation,
                new BlockId(
                        Namespace.of("meta/Llama-3.1-8B", "lmcache-blake3", new SaltKey("secret").tag("tenant-a")),
                        BlockHash.ofHex("a2981a4d792b45f791d784bfd025148836ce3032f546cc490ef9fb7db9e639de")));
    }
}
