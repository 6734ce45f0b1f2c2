package dev.kvcachepool.cachenode.app;

import dev.kvcachepool.cachenode.lifecycle.NodeLifecycle;
import dev.kvcachepool.cachenode.resp.RespServer;
import dev.kvcachepool.cachenode.store.BlockStore;
import dev.kvcachepool.prefixadvert.wire.NodeState;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.vertx.http.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * From the first request to the last: serves until the process is told to end, then drains while health and metrics
 * still answer, so that whoever sends requests sees that this node is not ready any more.
 */
public final class Serving implements QuarkusApplication {
    private final NodeSettings settings;
    private final NodeLifecycle lifecycle;
    private final BlockStore store;
    private final NodeMetrics metrics;
    private final NodeHealth health;
    private final HttpServer http;

    Serving(
            NodeSettings settings,
            NodeLifecycle lifecycle,
            BlockStore store,
            NodeMetrics metrics,
            NodeHealth health,
            HttpServer http) {
        this.settings = settings;
        this.lifecycle = lifecycle;
        this.store = store;
        this.metrics = metrics;
        this.health = health;
        this.http = http;
    }

    @Override
    public int run(String... arguments) {
        TerminationSignals.endBy(() -> Quarkus.asyncExit(0));
        try (var server = new RespServer(
                new InetSocketAddress(settings.listenAddress(), settings.respPort()), settings.resp(), store)) {
            metrics.observe(server);
            health.observe(server);
            server.start();
            lifecycle.moveTo(NodeState.SERVING);
            announce(server);
            Quarkus.waitForExit();
            lifecycle.moveTo(NodeState.DRAINING);
            server.drain(settings.drainTimeout());
            lifecycle.moveTo(NodeState.GONE);
            return 0;
        } catch (IOException e) {
            System.err.println("cache-node: --resp-port " + settings.respPort() + ": " + e.getMessage());
            return 1;
        }
    }

    private void announce(RespServer server) {
        var host = settings.advertisedAddress();
        System.out.println("serving resp=" + host + ":" + server.port() + " http=" + host + ":" + http.getPort()
                + " node=" + settings.holder());
        System.out.flush();
    }
}
