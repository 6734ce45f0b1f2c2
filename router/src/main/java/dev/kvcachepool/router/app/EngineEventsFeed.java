package dev.kvcachepool.router.app;

import dev.kvcachepool.bridges.vllm.BridgePlace;
import dev.kvcachepool.bridges.vllm.BridgeStats;
import dev.kvcachepool.bridges.vllm.EngineAddress;
import dev.kvcachepool.bridges.vllm.EngineBridge;
import dev.kvcachepool.prefixadvert.table.AdvertView;
import dev.kvcachepool.prefixadvert.wire.ModelSpec;
import dev.kvcachepool.prefixadvert.wire.SaltKey;
import dev.kvcachepool.router.endpoint.Endpoints;
import dev.kvcachepool.router.pick.PoolModels;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Listens to engines as long as this router is the one that leads, and once the pool says how its models are cut: anew when
 * it says otherwise, since what an engine said before is placed by that. Engines may come and go. A thread of its own, none
 * without engines.
 */
final class EngineEventsFeed implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final @Nullable ChangeWatch<Wanted> watch;
    private final Function<List<ModelSpec>, EngineBridge> bridges;
    private List<ModelSpec> models = List.of();
    private volatile @Nullable EngineBridge bridge;

    /**
     * Whom to listen to.
     *
     * @param models as the pool declares them; none while nobody is to be listened to
     */
    private record Wanted(List<ModelSpec> models, List<EngineAddress> engines) {
        static final Wanted NOTHING = new Wanted(List.of(), List.of());
    }

    /** Listens to nobody. */
    private EngineEventsFeed() {
        this.watch = null;
        this.bridges = models -> {
            throw new IllegalStateException("no engines to listen to");
        };
    }

    private EngineEventsFeed(Supplier<Wanted> wanted, Function<List<ModelSpec>, EngineBridge> bridges) {
        this.bridges = bridges;
        this.watch = new ChangeWatch<>("engine-events", Wanted.NOTHING, wanted, this::follow, this::end, PATIENCE);
    }

    static EngineEventsFeed of(RouterConfig config, AdvertView adverts, Endpoints endpoints, BooleanSupplier leads) {
        var source = config.adverts();
        if (source == null || config.engineEvents().areOff()) {
            return new EngineEventsFeed();
        }
        var place = new BridgePlace(source.clients(), source.tables(), config.pool(), "", "");
        var declared = new PoolModels(adverts, config.pool(), System::nanoTime);
        var engines = new FollowedEngines(config.engineEvents(), endpoints, System::nanoTime);
        var feed = new EngineEventsFeed(
                () -> {
                    var models = leads.getAsBoolean() && adverts.ready() ? declared.all() : List.<ModelSpec>of();
                    return models.isEmpty() ? Wanted.NOTHING : new Wanted(models, engines.get());
                },
                models -> new EngineBridge(place, () -> models, new SaltKey(config.saltKey()), config.hashSeed()));
        feed.start();
        return feed;
    }

    private void start() {
        if (watch != null) {
            watch.start();
        }
    }

    /** Whether there may be engines to listen to, by whichever router leads. */
    boolean isWanted() {
        return watch != null;
    }

    BridgeStats stats() {
        var current = bridge;
        return current == null ? BridgeStats.NONE : current.stats();
    }

    private void follow(Wanted wanted) {
        if (!wanted.models.equals(models)) {
            end();
            models = wanted.models;
            bridge = models.isEmpty() ? null : bridges.apply(models);
        }
        var current = bridge;
        if (current != null) {
            current.follow(wanted.engines);
        }
    }

    private void end() {
        var current = bridge;
        bridge = null;
        if (current != null) {
            current.close();
        }
    }

    /** Returns once the engines' last rows are on their way, or after some seconds. */
    @Override
    public void close() {
        if (watch != null) {
            watch.close();
        }
    }
}
