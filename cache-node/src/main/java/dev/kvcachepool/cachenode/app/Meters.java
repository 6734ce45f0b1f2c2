package dev.kvcachepool.cachenode.app;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.function.ToDoubleFunction;

/** Makes meters that read, when they are asked, what is counted anyway: nothing is added to the data path. */
record Meters(MeterRegistry registry) {

    <T> void gauge(String name, String help, Tags tags, T of, ToDoubleFunction<T> value) {
        Gauge.builder(name, of, value).description(help).tags(tags).register(registry);
    }

    <T> void bytes(String name, String help, Tags tags, T of, ToDoubleFunction<T> value) {
        Gauge.builder(name, of, value)
                .description(help)
                .tags(tags)
                .baseUnit("bytes")
                .register(registry);
    }

    <T> void counter(String name, String help, Tags tags, T of, ToDoubleFunction<T> value) {
        FunctionCounter.builder(name, of, value).description(help).tags(tags).register(registry);
    }
}
