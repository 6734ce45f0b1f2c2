package dev.kvcachepool.bridges.lmcache;

import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * Counts of a publisher.
 *
 * @param publishing 1 while the topic says all that is held
 * @param stores entries of store events that the broker has
 * @param deletes entries of delete events that the broker has
 * @param leftOut keys that these events can't or may not name
 * @param incarnations begun
 * @param failures how often the broker did not take an event
 */
public record CacheEventsOutStats(
        long publishing, long stores, long deletes, long leftOut, long incarnations, long failures) {

    /** What is now, by the name of its metric. */
    public static final Map<String, ToLongFunction<CacheEventsOutStats>> GAUGES =
            Map.of("kvcachepool.cache.events.publishing", CacheEventsOutStats::publishing);

    /** What has been, by the name of its metric. */
    public static final Map<String, ToLongFunction<CacheEventsOutStats>> COUNTERS = Map.of(
            "kvcachepool.cache.events.stores", CacheEventsOutStats::stores,
            "kvcachepool.cache.events.deletes", CacheEventsOutStats::deletes,
            "kvcachepool.cache.events.left.out", CacheEventsOutStats::leftOut,
            "kvcachepool.cache.events.incarnations", CacheEventsOutStats::incarnations,
            "kvcachepool.cache.events.failures", CacheEventsOutStats::failures);
}
