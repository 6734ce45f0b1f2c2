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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Listens to engines as long as this router is the one that leads, and once the pool says how its models are cut: anew when
 * it says otherwise, since what an engine said before is placed by that. A thread of its own, none without engines.
 */
final class EngineEventsFeed implements AutoCloseable {
    private static final long LOOK_MILLIS = 500;

    private final Supplier<List<ModelSpec>> models;
    private final BooleanSupplier leads;
    private final Beginning begin;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final @Nullable Thread thread;
    private List<ModelSpec> begunWith = List.of();
    private volatile @Nullable EngineBridge bridge;

    /** Makes the bridge for models as they are. */
    @FunctionalInterface
    private interface Beginning {
        EngineBridge with(List<ModelSpec> models);
    }

    private EngineEventsFeed(boolean wanted, Supplier<List<ModelSpec>> models, BooleanSupplier leads, Beginning begin) {
        this.models = models;
        this.leads = leads;
        this.begin = begin;
        this.thread =
                wanted ? Thread.ofPlatform().name("engine-events").daemon().start(this::run) : null;
    }

    static EngineEventsFeed of(RouterConfig config, AdvertView adverts, BooleanSupplier leads) {
        var source = config.adverts();
        if (source == null || config.engineEvents().isEmpty()) {
            return new EngineEventsFeed(false, List::of, leads, models -> {
                throw new IllegalStateException("no engines to listen to");
            });
        }
        var place = new BridgePlace(source.clients(), source.topics(), source.settings(), config.pool(), "", "");
        var declared = new PoolModels(adverts, config.pool(), System::nanoTime);
        return new EngineEventsFeed(
                true,
                () -> adverts.ready() ? declared.all() : List.of(),
                leads,
                models -> EngineBridge.of(
                        config.engineEvents(), place, () -> models, new SaltKey(config.saltKey()), config.hashSeed()));
    }

    /** Whether there are engines to listen to, by whichever router leads. */
    boolean isWanted() {
        return thread != null;
    }

    BridgeStats stats() {
        var current = bridge;
        return current == null ? BridgeStats.NONE : current.stats();
    }

    private void run() {
        try {
            do {
                look();
            } while (!closed.await(LOOK_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            end();
        }
    }

    private void look() {
        var now = leads.getAsBoolean() ? models.get() : List.<ModelSpec>of();
        if (now.equals(begunWith)) {
            return;
        }
        end();
        begunWith = now;
        if (!now.isEmpty()) {
            var next = begin.with(now);
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
        closed.countDown();
        if (thread != null) {
            try {
                thread.join(Duration.ofSeconds(15));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
