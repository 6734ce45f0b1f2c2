package dev.kvcachepool.cachenode.store;

import java.util.List;

/**
 * Some keys, in the order in which they were created.
 *
 * @param next where to go on, 0 at the end
 * @param keys not to be modified
 */
public record ScanPage(long next, List<byte[]> keys) {}
