package dev.kvcachepool.router.app;

import dev.kvcachepool.router.endpoint.Discovery;
import dev.kvcachepool.router.endpoint.Endpoints;
import dev.kvcachepool.router.engines.EngineSelection;
import dev.kvcachepool.router.engines.EngineWatch;
import dev.kvcachepool.router.engines.PoolReference;
import dev.kvcachepool.router.engines.PoolWatch;
import java.util.function.Supplier;

/**
 * Where endpoints come from beside flags. Without a selector no class of the Kubernetes client is loaded: such a router
 * needs no cluster and starts sooner. Owned by the application, which closes it.
 */
final class EngineFeed implements Supplier<Discovery>, AutoCloseable {
    private final Supplier<Discovery> state;
    private final Runnable end;

    private EngineFeed(Supplier<Discovery> state, Runnable end) {
        this.state = state;
        this.end = end;
    }

    static EngineFeed of(RouterConfig config, Endpoints endpoints) {
        var engines = config.engines();
        if (engines == null) {
            return new EngineFeed(() -> Discovery.NONE, () -> {});
        }
        return switch (engines) {
            case EngineSelection pods -> {
                var watch = EngineWatch.ofCluster(pods, endpoints);
                watch.start();
                yield new EngineFeed(watch, watch::close);
            }
            case PoolReference pool -> {
                var watch = PoolWatch.ofCluster(pool, endpoints);
                watch.start();
                yield new EngineFeed(watch, watch::close);
            }
        };
    }

    @Override
    public Discovery get() {
        return state.get();
    }

    @Override
    public void close() {
        end.run();
    }
}
