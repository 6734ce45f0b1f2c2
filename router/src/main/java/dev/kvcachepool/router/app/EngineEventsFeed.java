package dev.kvcachepool.router.app;

import dev.kvcachepool.bridges.vllm.BridgePlace;
import dev.kvcachepool.bridges.vllm.BridgeStats;
import dev.kvcachepool.bridges.vllm.EngineBridge;
import dev.kvcachepool.prefixadvert.table.AdvertView;
import dev.kvcachepool.prefixadvert.wire.ModelSpec;
import dev.kvcachepool.prefixadvert.wire.SaltKey;
import dev.kvcachepool.router.pick.PoolModels;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Listens to engines as long as this router is the one that leads, and once the pool says how its models are cut: anew when
 * it says otherwise, since what an engine said before is placed by that. A thread of its own, none without engines.
 */
final class EngineEventsFeed implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final @Nullable ModelWatch watch;
    private final Beginning begin;
    private volatile @Nullable EngineBridge bridge;

    /** Makes the bridge for models as they are. */
    @FunctionalInterface
    private interface Beginning {
        EngineBridge with(List<ModelSpec> models);
    }

    /** Listens to nobody. */
    private EngineEventsFeed() {
        this.watch = null;
        this.begin = models -> {
            throw new IllegalStateException("no engines to listen to");
        };
    }

    private EngineEventsFeed(Supplier<List<ModelSpec>> models, Beginning begin) {
        this.begin = begin;
        this.watch = new ModelWatch("engine-events", models, this::follow, this::end, PATIENCE);
    }

    static EngineEventsFeed of(RouterConfig config, AdvertView adverts, BooleanSupplier leads) {
        var source = config.adverts();
        if (source == null || config.engineEvents().isEmpty()) {
            return new EngineEventsFeed();
        }
        var place = new BridgePlace(source.clients(), source.tables(), config.pool(), "", "");
        var declared = new PoolModels(adverts, config.pool(), System::nanoTime);
        var feed = new EngineEventsFeed(
                () -> leads.getAsBoolean() && adverts.ready() ? declared.all() : List.of(),
                models -> EngineBridge.of(
                        config.engineEvents(), place, () -> models, new SaltKey(config.saltKey()), config.hashSeed()));
        feed.start();
        return feed;
    }

    private void start() {
        if (watch != null) {
            watch.start();
        }
    }

    /** Whether there are engines to listen to, by whichever router leads. */
    boolean isWanted() {
        return watch != null;
    }

    BridgeStats stats() {
        var current = bridge;
        return current == null ? BridgeStats.NONE : current.stats();
    }

    private void follow(List<ModelSpec> models) {
        end();
        if (!models.isEmpty()) {
            var next = begin.with(models);
            bridge = next;
            next.start();
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
