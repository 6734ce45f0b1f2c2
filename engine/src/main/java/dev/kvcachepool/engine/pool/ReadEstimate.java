package dev.kvcachepool.engine.pool;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How long a chunk takes to be read: the median of the last reads, so that a single slow one, as the first of a process is,
 * says nothing. Before anything is known reading is taken for fast; what is known is forgotten after a while, so that a pool
 * that was slow is tried again. Thread-safe.
 */
final class ReadEstimate {
    /** Of 2 cores at loopback's speed: 1 GB/s. */
    private static final double FAST_SECONDS_PER_BYTE = 1e-9;

    private static final int MOST_SAMPLES = 9;
    private static final long KEPT_NANOS = Duration.ofSeconds(30).toNanos();

    private record Sample(double secondsPerByte, long at) {}

    private final Deque<Sample> samples = new ArrayDeque<>();

    /** A chunk of {@code bytes} took so long, successful or not. */
    synchronized void learn(int bytes, long nanos, long now) {
        if (samples.size() == MOST_SAMPLES) {
            samples.removeFirst();
        }
        samples.addLast(new Sample(nanos / 1e9 / bytes, now));
    }

    /** Seconds that {@code bytes} will take. */
    synchronized double seconds(long bytes, long now) {
        while (!samples.isEmpty() && now - samples.getFirst().at > KEPT_NANOS) {
            samples.removeFirst();
        }
        if (samples.isEmpty()) {
            return bytes * FAST_SECONDS_PER_BYTE;
        }
        var sorted =
                samples.stream().mapToDouble(Sample::secondsPerByte).sorted().toArray();
        return bytes * sorted[(sorted.length - 1) / 2];
    }
}
