package dev.kvcachepool.engine.pool;

import dev.kvcachepool.prefixadvert.hash.BlockHasher;
import dev.kvcachepool.prefixadvert.hash.BlockHashers;
import dev.kvcachepool.prefixadvert.hash.HashScheme;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/** Keys of a model's chunks, in the form and by the hash of LMCache's multi-process mode. Thread-safe. */
public final class ChunkKeys {
    /** LMCache's kv_rank of rank 0 in a world of one: world, rank, local world, local rank, a byte each. */
    private static final String KV_RANK = "01000100";

    private static final int HASH_DIGITS = 64;

    private final String model;
    private final BlockHasher hasher;

    /**
     * Keys of a model.
     *
     * @param model as the pool declares it; names weights as well as architecture, since equal keys mean equal values
     * @param chunkTokens tokens a chunk, as the pool declares it
     */
    public ChunkKeys(String model, int chunkTokens) {
        if (model.isEmpty() || model.contains("@")) {
            throw new IllegalArgumentException("model is '" + model + "', allowed is a name without @");
        }
        this.model = model;
        this.hasher = BlockHashers.of(HashScheme.LMCACHE_BLAKE3, chunkTokens);
    }

    public String model() {
        return model;
    }

    public int chunkTokens() {
        return hasher.blockTokens();
    }

    /**
     * The keys of all whole chunks of a text.
     *
     * @param salt the tenant's; empty for none
     */
    public List<byte[]> of(int[] tokens, String salt) {
        return hasher.chain(tokens).stream()
                .map(hash -> key(HexFormat.of().formatHex(hash), salt))
                .toList();
    }

    /** Whether a text is a whole hash in hexadecimal digits. */
    public static boolean isHash(String text) {
        return text.length() == HASH_DIGITS && text.chars().allMatch(HexFormat::isHexDigit);
    }

    /** The chunk's hash in hexadecimal digits, of a key that this made. */
    public String hash(byte[] key) {
        var text = new String(key, StandardCharsets.UTF_8);
        int start = model.length() + KV_RANK.length() + "@@0@".length();
        return text.substring(start, start + HASH_DIGITS);
    }

    /** The key of one chunk by its hash in hexadecimal digits. */
    public byte[] key(String hash, String salt) {
        return (model + "@" + KV_RANK + "@0@" + hash + (salt.isEmpty() ? "" : "@" + salt))
                .getBytes(StandardCharsets.UTF_8);
    }
}
