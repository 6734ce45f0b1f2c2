package dev.kvcachepool.cachenode.kept;

import dev.kvcachepool.cachenode.memory.Extent;
import java.util.List;

/**
 * A key's value in memory, as a later process needs it to be known.
 *
 * @param key not to be modified
 * @param size of the value, bytes
 * @param crc32 of the value
 * @param expiresAtMillis since the epoch; {@link Long#MAX_VALUE} for never
 * @param alone whether the memory is the key's tenant's alone
 * @param extents where the value lies, in this order
 */
@SuppressWarnings("ArrayRecordComponent") // neither compared nor a key of anything
public record KeptRecord(
        byte[] key,
        long size,
        int crc32,
        long storedAtMicros,
        long expiresAtMillis,
        boolean alone,
        List<Extent> extents) {}
