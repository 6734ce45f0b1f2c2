package dev.kvcachepool.prefixadvert.anyposition;

/**
 * What a {@link FingerprintIndex} holds, and has done.
 *
 * @param chunks stored ones that can be found
 * @param texts distinct runs of tokens that they cover
 * @param bytes taken
 * @param lookups queries
 * @param taken chunks that were taken from offers
 * @param verifiedMisses fingerprints that met and tokens that did not
 * @param evicted chunks that left for want of room
 * @param forgotten chunks that left since nobody holds them
 * @param refused chunks that were not taken in: too long, empty, or of unknown position
 */
public record AnyPositionStats(
        long chunks,
        long texts,
        long bytes,
        long lookups,
        long taken,
        long verifiedMisses,
        long evicted,
        long forgotten,
        long refused) {}
