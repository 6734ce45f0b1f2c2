package dev.kvcachepool.kvp.pool;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;

/** How long ago something was, as kubectl says it. */
final class Ages {
    private static final int TWO_MINUTES = 120;
    private static final int TWO_HOURS = 2 * 60;
    private static final int TWO_DAYS = 2 * 24;

    private Ages() {}

    /** Empty for what is no time. */
    static String since(String time, Instant now) {
        try {
            return of(Duration.between(Instant.parse(time), now));
        } catch (DateTimeParseException e) {
            return "";
        }
    }

    static String of(Duration age) {
        if (age.toSeconds() < TWO_MINUTES) {
            return Math.max(0, age.toSeconds()) + "s";
        }
        if (age.toMinutes() < TWO_HOURS) {
            return age.toMinutes() + "m";
        }
        return age.toHours() < TWO_DAYS ? age.toHours() + "h" : age.toDays() + "d";
    }
}
