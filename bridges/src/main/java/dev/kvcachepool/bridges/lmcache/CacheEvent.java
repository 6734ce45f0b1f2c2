package dev.kvcachepool.bridges.lmcache;

import java.util.List;

/**
 * What happened in one cache.
 *
 * @param instance whose cache it is
 * @param incarnation of the instance, higher in each later life
 * @param sequence from 1 on in each incarnation
 * @param backend where a tier has several; empty where that is not said
 * @param shared whether others than the instance read it, too
 * @param seconds since the epoch, by the instance's clock
 * @param capacityBytes of the tier, for {@link Change#CONFIG}; −1 where not said
 * @param capacityRevision higher with each later capacity; −1 where not said
 */
public record CacheEvent(
        String instance,
        long incarnation,
        long sequence,
        Change type,
        Level tier,
        String backend,
        List<CacheEntry> entries,
        boolean shared,
        double seconds,
        long capacityBytes,
        long capacityRevision) {

    public CacheEvent {
        entries = List.copyOf(entries);
    }

    /** What was done with the entries. */
    public enum Change {
        STORE,
        DELETE,
        ACCESS,
        /** Nothing: it tells of the tier itself. */
        CONFIG
    }

    /** The instance's own memory, or what lies behind it. */
    public enum Level {
        L1,
        L2
    }
}
