package dev.kvcachepool.router.endpoint;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/** All endpoints of the pool, fixed for the life of the router. Thread-safe. */
public final class Endpoints {
    private final List<Endpoint> all;
    private final Map<String, Endpoint> byName = new HashMap<>();
    private final double initialRate;

    /**
     * The endpoints that {@code specs} name.
     *
     * @param initialRate prefill rate in tokens a second to begin with
     * @param nanoTime a clock that never goes back, as {@link System#nanoTime}
     * @param random for jitter; thread-safe
     * @throws IllegalArgumentException if two have the same name
     */
    public Endpoints(List<EndpointSpec> specs, double initialRate, LongSupplier nanoTime, RandomGenerator random) {
        this.initialRate = initialRate;
        var endpoints = new ArrayList<Endpoint>();
        for (var spec : specs) {
            var endpoint = new Endpoint(spec, endpoints.size(), initialRate, nanoTime, random);
            if (byName.put(spec.name(), endpoint) != null) {
                throw new IllegalArgumentException("two endpoints are named " + spec.name());
            }
            endpoints.add(endpoint);
        }
        this.all = List.copyOf(endpoints);
    }

    /** In the order of the configuration. */
    public List<Endpoint> all() {
        return all;
    }

    public Optional<Endpoint> named(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** Lets endpoints that have not learned their own rate go by the mean of those that have. */
    public void shareRates() {
        var mean = all.stream()
                .flatMapToDouble(endpoint -> endpoint.learnedRate().stream())
                .average()
                .orElse(initialRate);
        all.forEach(endpoint -> endpoint.fallbackRate(mean));
    }
}
