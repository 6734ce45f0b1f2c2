package dev.kvcachepool.router.pin;

import dev.kvcachepool.prefixadvert.wire.HolderId;

/**
 * What one cache-node made of it, in blocks.
 *
 * @param held it was asked about
 * @param done pinned, in memory or unpinned now
 * @param reading about to be in memory
 * @param refused for want of room
 * @param missing not there any more, or not pinned
 * @param problem why it gave no answer about the rest; empty where it did
 */
public record NodeAnswer(HolderId node, int held, int done, int reading, int refused, int missing, String problem) {}
