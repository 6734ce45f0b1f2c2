package dev.kvcachepool.router.app;

import dev.kvcachepool.prefixadvert.wire.AdvertTopics;
import dev.kvcachepool.router.endpoint.EndpointSpec;
import dev.kvcachepool.router.policy.Policy;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How the texts of flags become values; each says what is allowed. */
final class Flags {
    private static final Pattern BYTES = Pattern.compile("(?<number>\\d{1,12})(?<unit>Ki|Mi|Gi|Ti|)");
    private static final Map<String, Long> BYTE_UNITS =
            Map.of("", 1L, "Ki", 1L << 10, "Mi", 1L << 20, "Gi", 1L << 30, "Ti", 1L << 40);
    private static final Pattern DURATION = Pattern.compile("(?<number>\\d{1,9})(?<unit>ms|s|m|h)");
    private static final Pattern KAFKA = Pattern.compile("[^:,\\s]+:\\d{1,5}(,[^:,\\s]+:\\d{1,5})*");

    private Flags() {}

    static final class Bytes implements ITypeConverter<Long> {
        @Override
        public Long convert(String value) {
            var matcher = BYTES.matcher(value);
            if (matcher.matches()) {
                var unit = BYTE_UNITS.getOrDefault(matcher.group("unit"), 1L);
                var number = Long.parseLong(matcher.group("number"));
                if (number > 0 && number <= Long.MAX_VALUE / unit) {
                    return number * unit;
                }
            }
            throw refuse(value, "a number of bytes above 0 such as 512, 64Ki, 16Mi or 2Gi");
        }
    }

    static final class Time implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String value) {
            var matcher = DURATION.matcher(value);
            if (matcher.matches() && Long.parseLong(matcher.group("number")) > 0) {
                var number = Long.parseLong(matcher.group("number"));
                return switch (matcher.group("unit")) {
                    case "ms" -> Duration.ofMillis(number);
                    case "s" -> Duration.ofSeconds(number);
                    case "m" -> Duration.ofMinutes(number);
                    default -> Duration.ofHours(number);
                };
            }
            throw refuse(value, "a time above 0 such as 500ms, 30s, 10m or 1h");
        }
    }

    static final class Port implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            return whole(value, 0, 65535, "a port from 0 (any free one) to 65535");
        }
    }

    static final class Count implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            return whole(value, 1, 1 << 26, "a whole number from 1 to " + (1 << 26));
        }
    }

    static final class Kafka implements ITypeConverter<String> {
        @Override
        public String convert(String value) {
            if (!KAFKA.matcher(value).matches()) {
                throw refuse(value, "host:port, or several with commas between");
            }
            return value;
        }
    }

    static final class Pool implements ITypeConverter<String> {
        @Override
        public String convert(String value) {
            try {
                AdvertTopics.ofPool(value);
                return value;
            } catch (IllegalArgumentException e) {
                throw refuse(value, "[namespace/]name, each at most 100 letters, digits, '.', '-' and '_'");
            }
        }
    }

    static final class Endpoint implements ITypeConverter<EndpointSpec> {
        @Override
        public EndpointSpec convert(String value) {
            try {
                return EndpointSpec.parse(value);
            } catch (IllegalArgumentException e) {
                throw refuse(value, EndpointSpec.FORM);
            }
        }
    }

    static final class PolicyName implements ITypeConverter<Policy> {
        @Override
        public Policy convert(String value) {
            return Policy.ofId(value).orElseThrow(() -> refuse(value, Policy.ids()));
        }
    }

    private static int whole(String value, int min, int max, String allowed) {
        try {
            var number = Integer.parseInt(value);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // refused below, as a number out of range is
        }
        throw refuse(value, allowed);
    }

    private static TypeConversionException refuse(String value, String allowed) {
        return new TypeConversionException("'" + value + "' is not allowed; give " + allowed);
    }
}
