package dev.kvcachepool.bench.disk;

/**
 * One way in one round: bytes moved, in how many seconds, with how many CPU seconds of who moved them; {@code missing}
 * values were refused or not there.
 */
record DiskSample(long bytes, double seconds, double cpuSeconds, long missing, long wrongBytes) {
    /** 10^9 bytes a second. */
    double gigabytesPerSecond() {
        return bytes / 1e9 / seconds;
    }

    /** What was put less the values that the disk turned out not to have; {@code size} of a value in bytes. */
    DiskSample without(long values, long size) {
        return new DiskSample(Math.max(0, bytes - values * size), seconds, cpuSeconds, missing + values, wrongBytes);
    }

    /** For 10^9 bytes. */
    double cpuSecondsPerGigabyte() {
        return cpuSeconds / (bytes / 1e9);
    }
}
