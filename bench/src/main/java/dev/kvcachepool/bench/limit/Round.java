package dev.kvcachepool.bench.limit;

import dev.kvcachepool.bench.load.Tally;

/** What a server did in one round, in seconds. */
record Round(Tally puts, Tally gets, double seconds) {
    /** 10^9 bytes a second, puts and GETs. */
    double gigabytesPerSecond() {
        return (puts.bytes() + gets.bytes()) / 1e9 / seconds;
    }
}
