package dev.kvcachepool.engine.pool;

/**
 * How long a chunk takes to be read, learned from those that were. Before anything is known reading is taken for fast; what
 * is known fades, so that a pool that was slow is tried again. Thread-safe.
 */
final class ReadEstimate {
    /** Of 2 cores at loopback's speed: 1 GB/s. */
    private static final double FAST_SECONDS_PER_BYTE = 1e-9;

    private static final double WEIGHT_OF_NEW = .2;
    private static final double HALF_LIFE_SECONDS = 30;

    private double secondsPerByte = FAST_SECONDS_PER_BYTE;
    private long learnedAt;

    /** A chunk of {@code bytes} took so long, successful or not. */
    synchronized void learn(int bytes, long nanos, long now) {
        double known = secondsPerByte(now);
        secondsPerByte = known + WEIGHT_OF_NEW * (nanos / 1e9 / bytes - known);
        learnedAt = now;
    }

    /** Seconds that {@code bytes} will take. */
    synchronized double seconds(long bytes, long now) {
        return bytes * secondsPerByte(now);
    }

    private double secondsPerByte(long now) {
        if (secondsPerByte <= FAST_SECONDS_PER_BYTE) {
            return secondsPerByte;
        }
        double age = Math.max(0, now - learnedAt) / 1e9;
        return FAST_SECONDS_PER_BYTE + (secondsPerByte - FAST_SECONDS_PER_BYTE) * Math.pow(.5, age / HALF_LIFE_SECONDS);
    }
}
