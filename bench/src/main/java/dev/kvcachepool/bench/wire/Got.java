package dev.kvcachepool.bench.wire;

/** What a GET came to: whether there was a value, and how many of its bytes were wrong. */
public record Got(boolean hit, long wrongBytes) {
    static final Got MISS = new Got(false, 0);
}
