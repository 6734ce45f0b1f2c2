package dev.kvcachepool.e2e.kube.view;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;

/** Durations as kubectl shows them: two figures where the first one is small. */
final class Ages {
    private static final int DAYS_OF_YEAR = 365;

    private Ages() {}

    static String since(String timestamp) {
        if (timestamp.isEmpty()) {
            return "<unknown>";
        }
        try {
            return text(Duration.between(Instant.parse(timestamp), Instant.now()));
        } catch (DateTimeParseException e) {
            return "<invalid>";
        }
    }

    static String text(Duration age) {
        var seconds = Math.max(0, age.toSeconds());
        var minutes = age.toMinutes();
        var hours = age.toHours();
        var days = age.toDays();
        if (seconds < 120) {
            return seconds + "s";
        }
        if (minutes < 10) {
            return two(minutes, "m", seconds % 60, "s");
        }
        if (minutes < 180) {
            return minutes + "m";
        }
        if (hours < 8) {
            return two(hours, "h", minutes % 60, "m");
        }
        if (hours < 48) {
            return hours + "h";
        }
        if (days < 8) {
            return two(days, "d", hours % 24, "h");
        }
        return days < 2 * DAYS_OF_YEAR ? days + "d" : two(days / DAYS_OF_YEAR, "y", days % DAYS_OF_YEAR, "d");
    }

    private static String two(long first, String firstUnit, long second, String secondUnit) {
        return second == 0 ? first + firstUnit : first + firstUnit + second + secondUnit;
    }
}
