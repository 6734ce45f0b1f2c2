package dev.kvcachepool.prefixadvert.table;

/**
 * Counts since the reader's start.
 *
 * @param rows rows applied, tombstones included
 * @param malformed records skipped because their key or value does not parse
 * @param fenced rows dropped because their incarnation is over
 * @param lagP99Micros stored at the holder → applied here, 99th percentile over the last rows, clocks of one machine
 *     or synchronised; 0 before the first
 * @param rebuilds how often all was read anew and the tables swapped
 * @param gaps records that were compacted away before a reader that follows the log came to them
 */
public record AdvertStats(long rows, long malformed, long fenced, long lagP99Micros, long rebuilds, long gaps) {
    public static final AdvertStats NONE = new AdvertStats(0, 0, 0, 0, 0, 0);

    /** These of earlier tables, and those of the one after them. */
    public AdvertStats plus(AdvertStats later) {
        return new AdvertStats(
                rows + later.rows,
                malformed + later.malformed,
                fenced + later.fenced,
                later.lagP99Micros,
                rebuilds + later.rebuilds,
                gaps + later.gaps);
    }

    /** The same, one table later. */
    public AdvertStats afterRebuild() {
        return new AdvertStats(rows, malformed, fenced, lagP99Micros, rebuilds + 1, gaps);
    }
}
