package dev.kvcachepool.prefixadvert.table;

/**
 * An incarnation that may be in no log any more: it has been silent for long, while a lower one of its holder says that it
 * is there. A late row of the lower one can replace the higher one's node row, and whoever claims after that, with a clock
 * that was set back, does not know of it. Only the log, read anew, tells.
 *
 * @param holder the hash of its id
 * @param incarnation the silent one
 */
public record Doubt(long holder, long incarnation) {}
