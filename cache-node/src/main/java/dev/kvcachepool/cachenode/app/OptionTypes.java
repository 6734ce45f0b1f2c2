package dev.kvcachepool.cachenode.app;

import dev.kvcachepool.prefixadvert.hash.HashScheme;
import dev.kvcachepool.prefixadvert.wire.AdvertTopics;
import dev.kvcachepool.prefixadvert.wire.ModelSpec;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What may stand behind a flag: each says what it allows when it gets something else. */
final class OptionTypes {
    private OptionTypes() {}

    private static TypeConversionException bad(String value, String allowed) {
        return new TypeConversionException("'" + value + "' is not allowed; allowed are " + allowed);
    }

    static void requireBetween(String flag, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "Invalid value for option '%s': %d bytes are not allowed; allowed are %d to %d bytes"
                            .formatted(flag, value, least, most));
        }
    }

    private static int whole(String value, int least, int most) {
        try {
            int number = Integer.parseInt(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw bad(value, least + " to " + most);
        }
        throw bad(value, least + " to " + most);
    }

    /** A TCP port. */
    static final class Port implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            return whole(value, 0, 65_535);
        }
    }

    /** A number of things. */
    static final class Count implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            return whole(value, 1, 1_000_000);
        }
    }

    /** The name of a pool. */
    static final class Pool implements ITypeConverter<String> {
        @Override
        public String convert(String value) {
            try {
                AdvertTopics.ofPool(value);
                return value;
            } catch (IllegalArgumentException e) {
                throw bad(value, "[namespace/]name, each at most 100 letters, digits, '.', '-' and '_'");
            }
        }
    }

    /** Bytes as Kubernetes writes them. */
    static final class Size implements ITypeConverter<Long> {
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
                throw bad(
                        value, "bytes as Kubernetes writes them: a number with Ki, Mi, Gi, Ti, k, M, G, T or nothing");
            }
            long unit = UNITS.getOrDefault(match.group(2), 1L);
            var bytes = new BigDecimal(match.group(1)).multiply(BigDecimal.valueOf(unit));
            if (bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
                throw bad(value, "less than 8 EiB");
            }
            return bytes.longValue();
        }
    }

    /** A time above zero: {@code 500ms}, {@code 30s}, {@code 5m}, {@code 1h}. */
    static final class Time implements ITypeConverter<Duration> {
        private static final Pattern FORM = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");

        @Override
        public Duration convert(String value) {
            var match = FORM.matcher(value);
            if (!match.matches() || Long.parseLong(match.group(1)) == 0) {
                throw bad(value, "times above zero like 500ms, 30s, 5m, 1h");
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
    static final class Brokers implements ITypeConverter<String> {
        private static final Pattern FORM = Pattern.compile("[^\\s:,]+:[0-9]{1,5}(,[^\\s:,]+:[0-9]{1,5})*");

        @Override
        public String convert(String value) {
            if (!FORM.matcher(value).matches()) {
                throw bad(value, "brokers as host:port, parted by commas");
            }
            return value;
        }
    }

    /** A model's declaration. */
    static final class Model implements ITypeConverter<ModelSpec> {
        private static final String ALLOWED = "name=<model>,chunk-tokens=<1 to 65536>,scheme=<" + HashScheme.ids()
                + ">[,groups=<numbers joined by +>]";
        private static final Set<String> FIELDS = Set.of("name", "chunk-tokens", "scheme", "groups");

        @Override
        public ModelSpec convert(String value) {
            var fields = new HashMap<String, String>();
            for (var field : value.split(",", -1)) {
                var parts = field.split("=", 2);
                if (parts.length < 2
                        || parts[1].isEmpty()
                        || !FIELDS.contains(parts[0])
                        || fields.put(parts[0], parts[1]) != null) {
                    throw bad(value, ALLOWED);
                }
            }
            var name = fields.getOrDefault("name", "");
            var scheme = fields.getOrDefault("scheme", "");
            if (name.isEmpty() || name.contains("@") || HashScheme.ofId(scheme).isEmpty()) {
                throw bad(value, ALLOWED);
            }
            return new ModelSpec(name, scheme, tokens(value, fields), groups(value, fields));
        }

        private static int tokens(String value, Map<String, String> fields) {
            try {
                return whole(fields.getOrDefault("chunk-tokens", ""), 1, 65_536);
            } catch (TypeConversionException e) {
                throw bad(value, ALLOWED);
            }
        }

        private static List<Integer> groups(String value, Map<String, String> fields) {
            try {
                return Arrays.stream(fields.getOrDefault("groups", "0").split("\\+", -1))
                        .map(group -> whole(group, 0, 1023))
                        .distinct()
                        .toList();
            } catch (TypeConversionException e) {
                throw bad(value, ALLOWED);
            }
        }
    }
}
