package dev.kvcachepool.bench.load;

import java.util.Collection;
import org.HdrHistogram.Histogram;

/** What one kind of request came to. For one thread while it counts; {@link #sum} afterwards. */
public final class Tally {
    private final Histogram nanos = new Histogram(3);
    private long bytes;
    private long wrongBytes;
    private long missing;
    private long refused;

    /** A request that moved a value. */
    public void moved(long valueBytes, long tookNanos, long wrong) {
        bytes += valueBytes;
        wrongBytes += wrong;
        nanos.recordValue(tookNanos);
    }

    /** A GET that found nothing. */
    public void missed() {
        missing++;
    }

    /** A PUT that the server did not take; its time counts. */
    public void refused(long tookNanos) {
        refused++;
        nanos.recordValue(tookNanos);
    }

    /** All of several, as a new one. */
    public static Tally sum(Collection<Tally> parts) {
        var sum = new Tally();
        for (var part : parts) {
            sum.nanos.add(part.nanos);
            sum.bytes += part.bytes;
            sum.wrongBytes += part.wrongBytes;
            sum.missing += part.missing;
            sum.refused += part.refused;
        }
        return sum;
    }

    /** Of values, without their protocol. */
    public long bytes() {
        return bytes;
    }

    public long wrongBytes() {
        return wrongBytes;
    }

    public long missing() {
        return missing;
    }

    public long refused() {
        return refused;
    }

    /** How many requests moved a value or were refused. */
    public long count() {
        return nanos.getTotalCount();
    }

    /** Milliseconds, for a percentile of 0 to 100. */
    public double millis(double percentile) {
        return nanos.getValueAtPercentile(percentile) / 1e6;
    }

    /** The longest, in milliseconds. */
    public double maxMillis() {
        return nanos.getMaxValue() / 1e6;
    }
}
