package dev.kvcachepool.cachenode.app;

import dev.kvcachepool.cachenode.adverts.AdvertSettings;
import dev.kvcachepool.cachenode.adverts.Advertiser;
import dev.kvcachepool.cachenode.adverts.NodeRowSender;
import dev.kvcachepool.cachenode.lifecycle.NodeLifecycle;
import dev.kvcachepool.cachenode.resp.RespServer;
import dev.kvcachepool.cachenode.store.BlockStore;
import dev.kvcachepool.prefixadvert.wire.NodeRow;
import dev.kvcachepool.prefixadvert.wire.NodeState;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.vertx.http.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
    private final NodeRowSender nodes;
    private final HttpServer http;

    Serving(
            NodeSettings settings,
            NodeLifecycle lifecycle,
            BlockStore store,
            NodeMetrics metrics,
            NodeHealth health,
            NodeRowSender nodes,
            HttpServer http) {
        this.settings = settings;
        this.lifecycle = lifecycle;
        this.store = store;
        this.metrics = metrics;
        this.health = health;
        this.nodes = nodes;
        this.http = http;
    }

    @Override
    public int run(String... arguments) {
        TerminationSignals.endBy(() -> Quarkus.asyncExit(0));
        try (var server = new RespServer(
                        new InetSocketAddress(settings.listenAddress(), settings.respPort()), settings.resp(), store);
                var advertiser = advertiser(server)) {
            metrics.observe(server);
            health.observe(server);
            server.start();
            if (advertiser != null) {
                metrics.observe(advertiser);
                lifecycle.onChange(advertiser::moved);
                advertiser.start();
            }
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

    /** Who says on Kafka what this node holds, or null where it is not to be said. */
    private @Nullable Advertiser advertiser(RespServer server) {
        var kafka = settings.kafka();
        if (kafka == null) {
            return null;
        }
        var advert = new AdvertSettings(
                kafka,
                settings.pool(),
                settings.holder(),
                settings.models(),
                settings.pod(),
                settings.kubernetesNode(),
                settings.zone(),
                settings.advertPartitions());
        return new Advertiser(advert, store, nodes, endpoints(server), settings.drainTimeout());
    }

    private Map<String, NodeRow.Address> endpoints(RespServer server) {
        var host = settings.advertisedAddress();
        return Map.of(
                "resp", new NodeRow.Address(host, server.port()), "http", new NodeRow.Address(host, http.getPort()));
    }

    private void announce(RespServer server) {
        var endpoints = endpoints(server);
        System.out.println("serving resp=" + endpoints.get("resp") + " http=" + endpoints.get("http") + " node="
                + settings.holder());
        System.out.flush();
    }
}
