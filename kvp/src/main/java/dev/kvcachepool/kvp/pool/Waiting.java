package dev.kvcachepool.kvp.pool;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Whether to wait for what was asked for, and for how long: a picocli mixin. */
final class Waiting {
    private static final Duration LOOK = Duration.ofSeconds(1);

    @Option(names = "--no-wait", description = "return once it is asked for")
    boolean unwaited;

    @Option(
            names = "--timeout",
            paramLabel = "<time>",
            converter = Minutes.class,
            description = "how long to wait, such as 90s, 10m (default) or 1h")
    Duration timeout = Duration.ofMinutes(10);

    /** A whole number of seconds, minutes or hours, at least a second and at most a day. */
    static final class Minutes implements ITypeConverter<Duration> {
        private static final Duration MOST = Duration.ofDays(1);

        @Override
        public Duration convert(String text) {
            try {
                var time = Duration.parse("PT" + text.strip());
                if (time.compareTo(Duration.ofSeconds(1)) >= 0 && time.compareTo(MOST) <= 0) {
                    return time;
                }
            } catch (java.time.format.DateTimeParseException e) {
                // said below
            }
            throw new TypeConversionException("'" + text + "' is no time from 1s to 24h, such as 90s, 10m or 1h");
        }
    }

    /** Looks again and again until it holds; false when the time is over. */
    boolean until(BooleanSupplier holds) throws InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                return false;
            }
            Thread.sleep(LOOK);
        }
        return true;
    }
}
