package dev.kvcachepool.router.app;

import dev.kvcachepool.commandline.FlagTypes;
import dev.kvcachepool.router.load.MetricNames;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/** The flags that say how engines' metrics are read: a picocli mixin. */
final class LoadFlags {
    @Option(
            names = "--engine-metrics-interval",
            paramLabel = "TIME",
            defaultValue = "500ms",
            converter = Interval.class,
            description = "How often each engine's /metrics are read, 100ms to 10s, or off. Default ${DEFAULT-VALUE}.")
    Duration interval = Duration.ofMillis(500);

    @Option(
            names = "--engine-metrics-names",
            paramLabel = "FIELD=NAME[{LABEL=VALUE,…}],…",
            converter = Names.class,
            description = "What engines call them: " + MetricNames.FORM + ". Default: as vLLM does.")
    MetricNames names = MetricNames.VLLM;

    Config config() {
        return new Config(interval, names);
    }

    /**
     * How engines' metrics are read.
     *
     * @param interval zero for not at all
     */
    record Config(Duration interval, MetricNames names) {}

    /** A time, or off. */
    static final class Interval implements ITypeConverter<Duration> {
        private static final Duration LEAST = Duration.ofMillis(100);
        private static final Duration MOST = Duration.ofSeconds(10);

        @Override
        public Duration convert(String value) {
            if (value.equals("off")) {
                return Duration.ZERO;
            }
            var time = new FlagTypes.Time().convert(value);
            if (time.compareTo(LEAST) < 0 || time.compareTo(MOST) > 0) {
                throw FlagTypes.refuse(value, "100ms to 10s, and off");
            }
            return time;
        }
    }

    /** Names of metrics. */
    static final class Names implements ITypeConverter<MetricNames> {
        @Override
        public MetricNames convert(String value) {
            try {
                return MetricNames.parse(value);
            } catch (IllegalArgumentException e) {
                throw FlagTypes.refuse(value, MetricNames.FORM + " (" + e.getMessage() + ")");
            }
        }
    }
}
