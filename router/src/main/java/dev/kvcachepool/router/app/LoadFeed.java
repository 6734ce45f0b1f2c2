package dev.kvcachepool.router.app;

import dev.kvcachepool.router.endpoint.Endpoints;
import dev.kvcachepool.router.load.MetricsReader;
import dev.kvcachepool.router.metrics.RouterMetrics;
import io.vertx.core.Vertx;

/** Where engines' own word on their load comes in, unless nobody is to read it. Owned by the application, which closes it. */
final class LoadFeed implements AutoCloseable {
    private final Runnable begin;
    private final Runnable end;

    private LoadFeed(Runnable begin, Runnable end) {
        this.begin = begin;
        this.end = end;
    }

    static LoadFeed of(RouterConfig config, Vertx vertx, Endpoints endpoints, RouterMetrics metrics) {
        var load = config.load();
        if (load.interval().isZero()) {
            return new LoadFeed(() -> {}, () -> {});
        }
        var reader = new MetricsReader(vertx, endpoints, load.names(), load.interval(), metrics);
        return new LoadFeed(reader::start, reader::close);
    }

    void begin() {
        begin.run();
    }

    @Override
    public void close() {
        end.run();
    }
}
