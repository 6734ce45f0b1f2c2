package dev.kvcachepool.bench.log;

/**
 * What moving bytes took.
 *
 * @param gigabytesPerSecond 10^9 bytes each
 * @param cpuSecondsPerGigabyte of the process that moved them
 */
record Speed(double gigabytesPerSecond, double cpuSecondsPerGigabyte) {
    private static final double GIGA = 1e9;

    static Speed of(long bytes, long nanos, double cpuSeconds) {
        return new Speed(bytes / (double) nanos, cpuSeconds / (bytes / GIGA));
    }
}
