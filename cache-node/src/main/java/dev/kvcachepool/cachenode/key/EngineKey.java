package dev.kvcachepool.cachenode.key;

/**
 * What a key of LMCache says.
 *
 * @param form which of LMCache's two layouts
 * @param model as the engine names it; has no {@code @}
 * @param worldSize ranks in all, 1 to {@link KeyParser#MAX_WORLD}
 * @param rank global rank, below {@code worldSize}
 * @param localWorld ranks on the engine's host; {@code worldSize} where the key does not say
 * @param localRank rank on that host, below {@code localWorld}
 * @param group KV group, 0 where the key does not say
 * @param hash of the chunk
 * @param dtype as it stands in the key, empty where the key does not say
 * @param salt the tenant's cache salt, or the key's tags, which part values from each other as salts do; empty without
 * @param part which part of the chunk's value
 * @param layer 0 or greater for {@link Part#LAYER}, else −1
 */
public record EngineKey(
        Form form,
        String model,
        int worldSize,
        int rank,
        int localWorld,
        int localRank,
        int group,
        ChunkHash hash,
        String dtype,
        String salt,
        Part part,
        int layer) {

    /** The layout of a key, which says what its hash is. */
    public enum Form {
        /** {@code model@world_size@worker_id@chunk_hash@dtype…}; a hash of 64 bits. */
        IN_PROCESS,
        /** {@code model@kv_rank@object_group@chunk_hash[@cache_salt]}; a hash of 256 bits. */
        MULTIPROCESS
    }

    /** Which part of a rank's chunk a value is. */
    public enum Part {
        WHOLE,
        KV_BYTES,
        METADATA,
        LAYER
    }

    /** The first of the global ranks that share this key's host. */
    public int firstRankOfHost() {
        return rank - localRank;
    }

    /** Without the salt, which is a tenant's secret. */
    @Override
    public String toString() {
        return form + " " + model + " rank " + rank + "/" + worldSize + " group " + group + " " + hash + " " + part;
    }
}
