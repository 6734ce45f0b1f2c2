package dev.kvcachepool.bench.store;

import dev.kvcachepool.bench.load.Tally;

/** One cell in one round: what was moved in how many seconds, and the server's CPU seconds meanwhile. */
record Sample(Tally tally, double seconds, double cpuSeconds) {
    /** 10^9 bytes of values a second. */
    double gigabytesPerSecond() {
        return tally.bytes() / 1e9 / seconds;
    }

    /** The server's, for 10^9 bytes of values. */
    double cpuSecondsPerGigabyte() {
        return cpuSeconds / (tally.bytes() / 1e9);
    }
}
