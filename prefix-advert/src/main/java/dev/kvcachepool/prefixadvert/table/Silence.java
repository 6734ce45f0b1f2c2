package dev.kvcachepool.prefixadvert.table;

import java.time.Duration;

/**
 * How long a holder may say nothing, in broker time.
 *
 * @param quietMillis from then on it is scored down
 * @param limitMillis from then on it is not picked
 */
public record Silence(long quietMillis, long limitMillis) {
    /** 15 s and 60 s: three and twelve words that a holder would have said. */
    public static final Silence DEFAULT = ofLimit(Duration.ofSeconds(60));

    /** A limit, and a quarter of it for quiet. */
    public static Silence ofLimit(Duration limit) {
        return new Silence(limit.toMillis() / 4, limit.toMillis());
    }
}
