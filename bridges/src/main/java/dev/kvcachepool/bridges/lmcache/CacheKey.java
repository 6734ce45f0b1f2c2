package dev.kvcachepool.bridges.lmcache;

import dev.kvcachepool.prefixadvert.wire.RankSet;

/**
 * What names one rank's part of a chunk.
 *
 * @param chunkHash hex digits, an even number, 16 to 64
 * @param kvRank {@code world_size << 24 | global_rank << 16 | local_world << 8 | local_rank}, unsigned
 * @param group KV group
 * @param salt the tenant's secret, empty without; kept out of {@link #toString}
 */
public record CacheKey(String chunkHash, String model, int kvRank, int group, String salt) {
    private static final int MOST_RANKS = 255;

    public CacheKey {
        int world = kvRank >>> 24;
        int rank = kvRank >>> 16 & MOST_RANKS;
        if (world < 1 || rank >= world) {
            throw new IllegalArgumentException("kv_rank is rank " + rank + " of " + world + ", allowed are 1 to "
                    + MOST_RANKS + " ranks, from 0 on");
        }
        if (group < 0 || (long) (group + 1) * world > RankSet.MAX_BITS) {
            throw new IllegalArgumentException("object_group_id is " + group + ", allowed are 0 to "
                    + (RankSet.MAX_BITS / world - 1) + " with " + world + " ranks");
        }
    }

    /** Ranks in all. */
    public int worldSize() {
        return kvRank >>> 24;
    }

    /** This one among them. */
    public int rank() {
        return kvRank >>> 16 & MOST_RANKS;
    }

    @Override
    public String toString() {
        return model + " rank " + rank() + "/" + worldSize() + " group " + group + " " + chunkHash;
    }
}
