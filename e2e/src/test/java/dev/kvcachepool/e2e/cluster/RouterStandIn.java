package dev.kvcachepool.e2e.cluster;

import static dev.kvcachepool.e2e.cluster.OperatorFixture.client;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Answers {@code GET /v1/index} as the router of one pool would, whose pods are fake: by its Service's address, since the operator is
 * started with this as its HTTP proxy. It tells of a cache-node of 1 GiB for each that the StatefulSet has, which hold what the test says
 * as far as they have room, and of as many hits. Whoever asks for another router is told that there is none.
 */
final class RouterStandIn implements AutoCloseable {
    private static final long CAPACITY = 1L << 30;
    private static final double FULL = 0.99;

    private final String namespace;
    private final String pool;
    private final HttpServer server;
    private volatile double held;
    private volatile int hitPercent;

    RouterStandIn(String namespace, String pool) throws IOException {
        this.namespace = namespace;
        this.pool = pool;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    /** What makes a JVM ask this. */
    String javaOptions() {
        return "-Dhttp.proxyHost=127.0.0.1 -Dhttp.proxyPort="
                + server.getAddress().getPort();
    }

    /**
     * From now on.
     *
     * @param nodesFull as much as so many cache-nodes hold
     */
    void tell(double nodesFull, int hits) {
        held = nodesFull;
        hitPercent = hits;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var known = isOfThePool(exchange.getRequestURI());
            var body = known ? index().getBytes(StandardCharsets.UTF_8) : new byte[0];
            exchange.sendResponseHeaders(known ? 200 : 503, known ? body.length : -1);
            exchange.getResponseBody().write(body);
        }
    }

    private boolean isOfThePool(URI asked) {
        var service = client().services()
                .inNamespace(namespace)
                .withName(pool + "-router")
                .get();
        return service != null
                && service.getSpec().getClusterIP().equals(asked.getHost())
                && "/v1/index".equals(asked.getPath());
    }

    private String index() {
        var set = client().apps()
                .statefulSets()
                .inNamespace(namespace)
                .withName(pool)
                .get();
        int nodes = set == null ? 0 : set.getSpec().getReplicas();
        var holders = IntStream.range(0, nodes).mapToObj(node -> holder(node, nodes));
        return """
            {"ready": true, "endpoints": [], "hits": {"askedBlocks": 100, "heldBlocks": %d}, "holders": [%s]}
            """.formatted(hitPercent, holders.collect(Collectors.joining(",")));
    }

    private String holder(int node, int nodes) {
        return """
            {"id": "x.%s-%d", "pod": "%s-%d", "incarnation": 1, "state": "serving", "liveness": "fresh",
             "tiers": [{"tier": "host", "capacityBytes": %d, "usedBytes": %d}]}
            """.formatted(pool, node, pool, node, CAPACITY, (long) (CAPACITY * Math.min(FULL, held / nodes)));
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
