package dev.kvcachepool.prefixadvert.hash;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How an engine turns tokens into a chain of block hashes. A hash means something only together with its scheme's name.
 */
public enum HashScheme {
    /** LMCache multiprocess: BLAKE3 over the previous hash and the chunk's tokens as big-endian uint32; 32 bytes. */
    LMCACHE_BLAKE3("lmcache-blake3", true),
    /**
     * vLLM {@code --prefix-caching-hash-algo sha256_cbor}; 32 bytes. LMCache multiprocess with {@code --hash-algorithm
     * sha256_cbor} gives the same chain over its own chunk size.
     */
    VLLM_SHA256_CBOR("vllm-sha256-cbor", true),
    /** vLLM {@code --prefix-caching-hash-algo xxhash_cbor}: XXH3-128; 16 bytes. */
    VLLM_XXHASH_CBOR("vllm-xxhash-cbor", true),
    /** LMCache in-process, {@code pre_caching_hash_algorithm: sha256_cbor}; 8 bytes, and so its parent in the hash. */
    LMCACHE_SHA256_CBOR("lmcache-sha256-cbor", true),
    /** LMCache in-process, {@code pre_caching_hash_algorithm: xxhash_cbor}; 8 bytes, and so its parent in the hash. */
    LMCACHE_XXHASH_CBOR("lmcache-xxhash-cbor", true),
    /** LMCache in-process with Python's own {@code hash}: 8 bytes, cannot be computed outside that Python. */
    LMCACHE_BUILTIN("lmcache-builtin", false);

    private final String id;
    private final boolean computable;

    HashScheme(String id, boolean computable) {
        this.id = id;
        this.computable = computable;
    }

    /** The name that travels in adverts, flags and requests. */
    public String id() {
        return id;
    }

    /** Whether a router can compute the chain from tokens; if not, only given hashes can be looked up. */
    public boolean computable() {
        return computable;
    }

    public static Optional<HashScheme> ofId(String id) {
        return Arrays.stream(values()).filter(scheme -> scheme.id.equals(id)).findFirst();
    }

    /** All ids, for messages that say what is allowed. */
    public static String ids() {
        return Arrays.stream(values()).map(HashScheme::id).collect(Collectors.joining(", "));
    }
}
