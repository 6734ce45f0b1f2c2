package dev.kvcachepool.router.endpoint;

import dev.kvcachepool.router.prefill.PoolRates;
import dev.kvcachepool.router.prefill.PrefillRates;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All endpoints of the pool: those that flags name, for good, and engine pods, which come and go. One that leaves is not
 * picked any more, while its requests end as they would have; should it come back before they do, it is the same endpoint
 * with the same load. Thread-safe: readers take a snapshot, changes go through this object's lock.
 */
public final class Endpoints {
    /** More than that are not taken: each pick looks at all. */
    public static final int MAX = 4096;

    private final LongSupplier nanoTime;
    private final RandomGenerator random;
    private final List<Observer> observers = new CopyOnWriteArrayList<>();
    private final Map<String, Endpoint> departed = new HashMap<>();
    private final Traffic traffic = new Traffic();
    private final PoolRates poolRates;
    private volatile Snapshot now;

    /** Told of each change, under the lock of the endpoints, in order. */
    public interface Observer {
        /** It may be picked from now on. */
        void joined(Endpoint endpoint);

        /** It is picked no longer. */
        void left(Endpoint endpoint);
    }

    /** What came of a pod's presence. */
    public enum Taken {
        YES,
        /** A flag gives another endpoint this name. */
        NAME_TAKEN,
        /** There are {@value Endpoints#MAX} already. */
        TOO_MANY
    }

    private record Snapshot(List<Endpoint> all, Map<String, Endpoint> byName) {
        static Snapshot of(Stream<Endpoint> endpoints) {
            var all = endpoints.toList();
            return new Snapshot(all, all.stream().collect(Collectors.toUnmodifiableMap(Endpoint::name, same -> same)));
        }
    }

    /**
     * The endpoints that {@code specs} name.
     *
     * @param initial rates to begin with
     * @param nanoTime a clock that never goes back, as {@link System#nanoTime}
     * @param random for jitter; thread-safe
     * @throws IllegalArgumentException if two have the same name
     */
    public Endpoints(List<EndpointSpec> specs, PrefillRates initial, LongSupplier nanoTime, RandomGenerator random) {
        this.poolRates = new PoolRates(initial);
        this.nanoTime = nanoTime;
        this.random = random;
        if (specs.stream().map(EndpointSpec::name).distinct().count() < specs.size()) {
            throw new IllegalArgumentException("two endpoints have the same name");
        }
        this.now = Snapshot.of(specs.stream().map(this::endpoint));
    }

    /** The time, on the clock of all endpoints. */
    public long now() {
        return nanoTime.getAsLong();
    }

    /** Those of flags in their order, then pods by name. */
    public List<Endpoint> all() {
        return now.all;
    }

    public Optional<Endpoint> named(String name) {
        return Optional.ofNullable(now.byName.get(name));
    }

    /** Has {@code observer} told of those that are there, then of each change. */
    public synchronized void observe(Observer observer) {
        now.all.forEach(observer::joined);
        observers.add(observer);
    }

    /** The pod of this name is ready to serve, as {@code spec} says. */
    public synchronized Taken present(EndpointSpec spec) {
        var known = now.byName.get(spec.name());
        if (known != null && known.spec().origin() == Origin.STATIC) {
            return Taken.NAME_TAKEN;
        }
        if (known != null && known.spec().url().equals(spec.url())) {
            known.spec(spec);
            return Taken.YES;
        }
        absent(spec.name());
        if (now.all.size() >= MAX) {
            return Taken.TOO_MANY;
        }
        join(returned(spec));
        return Taken.YES;
    }

    /** The pod of this name is gone, or serves no longer; nothing happens if there is none. */
    public synchronized void absent(String name) {
        departed.values().removeIf(endpoint -> endpoint.outstanding() == 0);
        var endpoint = now.byName.get(name);
        if (endpoint == null || endpoint.spec().origin() == Origin.STATIC) {
            return;
        }
        now = Snapshot.of(now.all.stream().filter(other -> other != endpoint));
        endpoint.leave();
        departed.put(name, endpoint);
        observers.forEach(observer -> observer.left(endpoint));
    }

    private void join(Endpoint endpoint) {
        var fixed = now.all.stream().filter(other -> other.spec().origin() == Origin.STATIC);
        var pods = now.all.stream().filter(other -> other.spec().origin() == Origin.POD);
        now = Snapshot.of(Stream.concat(
                fixed, Stream.concat(pods, Stream.of(endpoint)).sorted(Comparator.comparing(Endpoint::name))));
        observers.forEach(observer -> observer.joined(endpoint));
    }

    /** The endpoint that left, where it still has work and is where it was; else a new one. */
    private Endpoint returned(EndpointSpec spec) {
        var before = departed.remove(spec.name());
        if (before == null || !before.spec().url().equals(spec.url())) {
            return endpoint(spec);
        }
        before.spec(spec);
        before.comeBack();
        return before;
    }

    private Endpoint endpoint(EndpointSpec spec) {
        return new Endpoint(spec, poolRates, nanoTime, random, traffic);
    }

    /** What comes to an endpoint of late, on the average. */
    public Traffic.Rates traffic() {
        return traffic.of(now.all.size(), nanoTime.getAsLong());
    }
}
