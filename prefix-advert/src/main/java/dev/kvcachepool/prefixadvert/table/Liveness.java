package dev.kvcachepool.prefixadvert.table;

/**
 * What a holder's silence means, measured in broker time: the newest time stamp seen in the topics minus the holder's
 * last. When nothing arrives from anyone, nobody ages: a broker outage disables no one.
 */
public enum Liveness {
    /** Heard of within 15 s: picked. */
    FRESH,
    /** Silent for 15 s: scored down. */
    QUIET,
    /** Silent for 60 s, draining, gone, or without a node row: not picked, its rows not erased. */
    NOT_PICKED
}
