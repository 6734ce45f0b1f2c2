package dev.kvcachepool.commandline;

import dev.kvcachepool.prefixadvert.wire.AdvertTopics;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What may stand behind a flag: each says what it allows when it gets something else. */
public final class FlagTypes {
    private FlagTypes() {}

    /** The complaint that names the value and what is allowed; picocli adds the flag. */
    public static TypeConversionException refuse(String value, String allowed) {
        return new TypeConversionException("'" + value + "' is not allowed; allowed are " + allowed);
    }

    /** A whole number. */
    public static int whole(String value, int least, int most) {
        try {
            int number = Integer.parseInt(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw refuse(value, least + " to " + most);
        }
        throw refuse(value, least + " to " + most);
    }

    /** A TCP port; 0 for any free one. */
    public static final class Port implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            return whole(value, 0, 65_535);
        }
    }

    /** A number of things. */
    public static final class Count implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            return whole(value, 1, 1_000_000);
        }
    }

    /** A part of a whole, in hundredths. */
    public static final class Percent implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            return whole(value, 1, 100);
        }
    }

    /** Yes or no. */
    public static final class Truth implements ITypeConverter<Boolean> {
        @Override
        public Boolean convert(String value) {
            return switch (value) {
                case "true" -> true;
                case "false" -> false;
                default -> throw refuse(value, "true and false");
            };
        }
    }

    /** The name of a pool. */
    public static final class PoolName implements ITypeConverter<String> {
        @Override
        public String convert(String value) {
            try {
                var _ = AdvertTopics.ofPool(value);
                return value;
            } catch (IllegalArgumentException e) {
                throw refuse(value, "[namespace/]name, each at most 100 letters, digits, '.', '-' and '_'");
            }
        }
    }

    /** The name of a topic. */
    public static final class TopicName implements ITypeConverter<String> {
        @Override
        public String convert(String value) {
            if (!AdvertTopics.isTopic(value)) {
                throw refuse(value, "at most 249 letters, digits, '.', '-' and '_'");
            }
            return value;
        }
    }

    /** Bytes as Kubernetes writes them. */
    public static final class Bytes implements ITypeConverter<Long> {
        private static final Pattern FORM = Pattern.compile("([0-9]{1,15}(?:\\.[0-9]{1,9})?)(|[KMGT]i|k|M|G|T)");
        private static final Map<String, Long> UNITS = Map.of(
                "",
                1L,
                "k",
                1_000L,
                "M",
                1_000_000L,
                "G",
                1_000_000_000L,
                "T",
                1_000_000_000_000L,
                "Ki",
                1L << 10,
                "Mi",
                1L << 20,
                "Gi",
                1L << 30,
                "Ti",
                1L << 40);

        @Override
        public Long convert(String value) {
            var match = FORM.matcher(value);
            if (!match.matches()) {
                throw refuse(
                        value, "bytes as Kubernetes writes them: a number with Ki, Mi, Gi, Ti, k, M, G, T or nothing");
            }
            long unit = UNITS.getOrDefault(match.group(2), 1L);
            var bytes = new BigDecimal(match.group(1)).multiply(BigDecimal.valueOf(unit));
            if (bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
                throw refuse(value, "less than 8 EiB");
            }
            return bytes.longValue();
        }
    }

    /** A time above zero: {@code 500ms}, {@code 30s}, {@code 5m}, {@code 1h}. */
    public static final class Time implements ITypeConverter<Duration> {
        private static final Pattern FORM = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");

        @Override
        public Duration convert(String value) {
            var match = FORM.matcher(value);
            if (!match.matches() || Long.parseLong(match.group(1)) == 0) {
                throw refuse(value, "times above zero like 500ms, 30s, 5m, 1h");
            }
            long count = Long.parseLong(match.group(1));
            return switch (match.group(2)) {
                case "ms" -> Duration.ofMillis(count);
                case "s" -> Duration.ofSeconds(count);
                case "m" -> Duration.ofMinutes(count);
                default -> Duration.ofHours(count);
            };
        }
    }

    /** Kafka brokers, parted by commas. */
    public static final class Brokers implements ITypeConverter<String> {
        private static final Pattern FORM = Pattern.compile("[^\\s:,]+:[0-9]{1,5}(,[^\\s:,]+:[0-9]{1,5})*");

        @Override
        public String convert(String value) {
            if (!FORM.matcher(value).matches()) {
                throw refuse(value, "brokers as host:port, parted by commas");
            }
            return value;
        }
    }
}
