package dev.kvcachepool.prefixadvert.wire;

import java.time.Instant;

/** The unit of time in adverts: µs since the epoch. */
public final class Micros {
    private Micros() {}

    public static long of(Instant instant) {
        return instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1_000;
    }
}
