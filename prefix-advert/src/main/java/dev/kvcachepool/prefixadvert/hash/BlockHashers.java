package dev.kvcachepool.prefixadvert.hash;

/** Makes the hasher of a scheme. */
public final class BlockHashers {
    /** What vLLM's root is made of where PYTHONHASHSEED is not set and the function is SHA-256. */
    public static final String VLLM_DEFAULT_SEED = "vllm-none-hash";

    private BlockHashers() {}

    /** As {@link #of(HashScheme, int, String)} with {@link #VLLM_DEFAULT_SEED}. */
    public static BlockHasher of(HashScheme scheme, int blockTokens) {
        return of(scheme, blockTokens, VLLM_DEFAULT_SEED);
    }

    /**
     * The hasher of {@code scheme}.
     *
     * @param blockTokens tokens a block (a chunk at LMCache), at least 1
     * @param vllmSeed the engines' PYTHONHASHSEED, on which the root of each CBOR scheme depends; not used by BLAKE3.
     *     Without that variable vLLM draws a random seed for xxhash in each process: those hashes cannot be computed
     * @throws IllegalArgumentException where the scheme is not {@link HashScheme#computable()}
     */
    public static BlockHasher of(HashScheme scheme, int blockTokens, String vllmSeed) {
        return switch (scheme) {
            case LMCACHE_BLAKE3 ->
                new ChainHasher(scheme, blockTokens, Blake3Step.root(), () -> new Blake3Step(blockTokens));
            case LMCACHE_SHA256_CBOR, LMCACHE_XXHASH_CBOR ->
                new ChainHasher(
                        scheme,
                        blockTokens,
                        LmcacheCborStep.root(scheme, vllmSeed),
                        () -> new LmcacheCborStep(scheme, blockTokens));
            case VLLM_SHA256_CBOR, VLLM_XXHASH_CBOR -> new VllmBlockHasher(scheme, blockTokens, vllmSeed);
            case LMCACHE_BUILTIN ->
                throw new IllegalArgumentException(scheme.id() + " can be computed in the engine's Python only");
        };
    }
}
