package dev.kvcachepool.operator.scale;

import java.time.Duration;

/**
 * How long what has to hold before a pool grows or shrinks.
 *
 * @param up for how long every look has to speak for more cache-nodes
 * @param down for how long every look has to speak for fewer
 * @param fill for how long all have to serve before what they hold says something
 */
public record ScaleTimes(Duration up, Duration down, Duration fill) {
    /** What is used where nothing else is asked for. */
    public static final ScaleTimes DEFAULTS =
            new ScaleTimes(Duration.ofMinutes(1), Duration.ofMinutes(10), Duration.ofMinutes(5));

    private static final Duration RAREST_LOOK = Duration.ofSeconds(10);
    private static final Duration SHORTEST_GAP = Duration.ofSeconds(5);
    private static final int LOOKS_IN_A_WINDOW = 4;
    private static final int MISSED_LOOKS = 3;

    public ScaleTimes {
        if (!up.isPositive() || !down.isPositive() || fill.isNegative()) {
            throw new IllegalArgumentException("windows of " + up + " and " + down + ", fill time of " + fill);
        }
    }

    /** From one look to the next. */
    public Duration lookPeriod() {
        var fourth = (up.compareTo(down) < 0 ? up : down).dividedBy(LOOKS_IN_A_WINDOW);
        return fourth.compareTo(RAREST_LOOK) < 0 ? fourth : RAREST_LOOK;
    }

    /** After so long without a look the earlier ones count no more. */
    Duration gap() {
        return lookPeriod().multipliedBy(MISSED_LOOKS).plus(SHORTEST_GAP);
    }

    /** What looks have to be remembered for. */
    Duration longest() {
        return up.compareTo(down) > 0 ? up : down;
    }
}
