package dev.kvcachepool.prefixadvert.table;

/**
 * Counts since the reader's start.
 *
 * @param rows rows applied, tombstones included
 * @param malformed records skipped because their key or value does not parse
 * @param fenced rows dropped because their incarnation is over
 * @param lagP99Micros stored at the holder → applied here, 99th percentile over the last rows, clocks of one machine
 *     or synchronised; 0 before the first
 */
public record AdvertStats(long rows, long malformed, long fenced, long lagP99Micros) {}
