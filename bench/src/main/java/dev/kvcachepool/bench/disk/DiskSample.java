package dev.kvcachepool.bench.disk;

/** One way in one round: bytes moved, in how many seconds, with how many CPU seconds of who moved them. */
record DiskSample(long bytes, double seconds, double cpuSeconds, long missing, long wrongBytes) {
    /** 10^9 bytes a second. */
    double gigabytesPerSecond() {
        return bytes / 1e9 / seconds;
    }

    /** For 10^9 bytes. */
    double cpuSecondsPerGigabyte() {
        return cpuSeconds / (bytes / 1e9);
    }
}
