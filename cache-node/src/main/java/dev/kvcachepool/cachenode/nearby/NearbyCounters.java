package dev.kvcachepool.cachenode.nearby;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What reading from other nodes has come to since the start. Thread-safe. */
public final class NearbyCounters {
    private final Map<Source, LongAdder> reads = adders();
    private final Map<Source, LongAdder> lookups = adders();
    final LongAdder bytes = new LongAdder();
    final LongAdder joined = new LongAdder();
    final LongAdder stale = new LongAdder();
    final LongAdder late = new LongAdder();
    final LongAdder wrong = new LongAdder();
    final LongAdder failed = new LongAdder();
    final LongAdder abandoned = new LongAdder();
    final LongAdder copies = new LongAdder();
    final LongAdder taken = new LongAdder();
    final LongAdder handedOver = new LongAdder();
    final LongAdder notHandedOver = new LongAdder();

    /** Where a client's answer came from. */
    public enum Source {
        LOCAL,
        PEER,
        NONE
    }

    private static Map<Source, LongAdder> adders() {
        var adders = new EnumMap<Source, LongAdder>(Source.class);
        for (var source : Source.values()) {
            adders.put(source, new LongAdder());
        }
        return adders;
    }

    void read(Source source) {
        count(reads, source);
    }

    void lookedUp(Source source) {
        count(lookups, source);
    }

    private static void count(Map<Source, LongAdder> adders, Source source) {
        var adder = adders.get(source);
        if (adder != null) {
            adder.increment();
        }
    }

    private static long sum(Map<Source, LongAdder> adders, Source source) {
        var adder = adders.get(source);
        return adder == null ? 0 : adder.sum();
    }

    /** Values that clients asked for, by where they came from. */
    public long reads(Source source) {
        return sum(reads, source);
    }

    /** Keys that clients asked about, by where they are. */
    public long lookups(Source source) {
        return sum(lookups, source);
    }

    /** Bytes of values that came, and were right. */
    public long bytes() {
        return bytes.sum();
    }

    /** Reads that waited for another one's transfer of the same value. */
    public long joined() {
        return joined.sum();
    }

    /** Times that a node did not have what it was said to hold. */
    public long stale() {
        return stale.sum();
    }

    /** Times that a node did not answer, or a value did not come, in time. */
    public long late() {
        return late.sum();
    }

    /** Values that were not what their checksum or size said. */
    public long wrong() {
        return wrong.sum();
    }

    /** Times that a node could not be reached, or ended in the middle. */
    public long failed() {
        return failed.sum();
    }

    /** Transfers stopped here: nobody waited any more, or there was no room. */
    public long abandoned() {
        return abandoned.sum();
    }

    /** Values kept here of those that came. */
    public long copies() {
        return copies.sum();
    }

    /** Values taken over from nodes that drained. */
    public long taken() {
        return taken.sum();
    }

    /** Values that other nodes took over while this one drained. */
    public long handedOver() {
        return handedOver.sum();
    }

    /** Values that nobody took over. */
    public long notHandedOver() {
        return notHandedOver.sum();
    }
}
