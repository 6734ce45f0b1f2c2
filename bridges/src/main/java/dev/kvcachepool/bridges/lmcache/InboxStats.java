package dev.kvcachepool.bridges.lmcache;

import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * Counts of an inbox.
 *
 * @param instances that have said something
 * @param chunks in their own memory
 * @param events taken in
 * @param dropped events that were known already, or of an earlier life
 * @param gaps how often events were missing before one
 * @param malformed records that could not be read
 * @param undeclared entries of models that the pool does not declare
 * @param overLimit entries that there was no room for, and chunks and instances that were forgotten to make it
 */
public record InboxStats(
        long instances,
        long chunks,
        long events,
        long dropped,
        long gaps,
        long malformed,
        long undeclared,
        long overLimit) {
    public static final InboxStats NONE = new InboxStats(0, 0, 0, 0, 0, 0, 0, 0);

    /** What is now, by the name of its metric. */
    public static final Map<String, ToLongFunction<InboxStats>> GAUGES = Map.of(
            "kvcachepool.cache.events.instances", InboxStats::instances,
            "kvcachepool.cache.events.chunks", InboxStats::chunks);

    /** What has been, by the name of its metric. */
    public static final Map<String, ToLongFunction<InboxStats>> COUNTERS = Map.of(
            "kvcachepool.cache.events.taken", InboxStats::events,
            "kvcachepool.cache.events.dropped", InboxStats::dropped,
            "kvcachepool.cache.events.gaps", InboxStats::gaps,
            "kvcachepool.cache.events.malformed", InboxStats::malformed,
            "kvcachepool.cache.events.undeclared", InboxStats::undeclared,
            "kvcachepool.cache.events.over.limit", InboxStats::overLimit);
}
