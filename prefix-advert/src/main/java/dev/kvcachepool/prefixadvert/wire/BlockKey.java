package dev.kvcachepool.prefixadvert.wire;

/**
 * The key of a row of the blocks table.
 *
 * @param holder {@link HolderId#hash()} of the holder
 * @param incarnation the holder's life in which it said so; rows of an earlier life are void
 */
public record BlockKey(long holder, long incarnation, BlockId block) {}
