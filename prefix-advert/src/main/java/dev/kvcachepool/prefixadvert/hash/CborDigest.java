package dev.kvcachepool.prefixadvert.hash;

import com.dynatrace.hash4j.hashing.Hashing;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The functions that vLLM offers over canonical CBOR. An instance reuses its state and is for one thread. */
interface CborDigest {

    /** The hash of what {@code input} holds, a fresh array. */
    byte[] of(CborWriter input);

    static CborDigest of(HashScheme scheme) {
        return switch (scheme) {
            case VLLM_SHA256_CBOR, LMCACHE_SHA256_CBOR -> sha256();
            case VLLM_XXHASH_CBOR, LMCACHE_XXHASH_CBOR -> CborDigest::xxh3;
            case LMCACHE_BLAKE3, LMCACHE_BUILTIN ->
                throw new IllegalArgumentException(scheme.id() + " does not hash CBOR");
        };
    }

    private static CborDigest sha256() {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            return input -> {
                digest.update(input.buffer(), 0, input.length());
                return digest.digest();
            };
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    /** XXH3-128 in its canonical form: the high half first, both big-endian. */
    private static byte[] xxh3(CborWriter input) {
        var hash = Hashing.xxh3_128().hashBytesTo128Bits(input.buffer(), 0, input.length());
        return ByteBuffer.allocate(16)
                .putLong(hash.getMostSignificantBits())
                .putLong(hash.getLeastSignificantBits())
                .array();
    }
}
