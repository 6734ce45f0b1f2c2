package dev.kvcachepool.prefixadvert.publish;

/**
 * A publisher's counts.
 *
 * @param rows rows that became durable, without tombstones
 * @param tombstones tombstones that became durable
 * @param failures sends whose outcome is not known; the blocks' current state is sent again
 * @param dirty blocks whose advertised state is out of date now
 * @param advertised blocks that have a row, or may have one
 */
public record PublisherStats(long rows, long tombstones, long failures, int dirty, int advertised) {}
