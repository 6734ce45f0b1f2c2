package dev.kvcachepool.router.engines;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodListBuilder;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.WatchEvent;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/** As much of the Kubernetes API as informers over pods and InferencePools ask for: list, and watch over plain HTTP. */
final class FakeApi implements AutoCloseable {
    private static final String END = "END";

    final List<URI> asked = new CopyOnWriteArrayList<>();
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final BlockingQueue<WatchEvent> events = new LinkedBlockingQueue<>();
    private final BlockingQueue<WatchEvent> poolEvents = new LinkedBlockingQueue<>();
    volatile boolean forbidden;
    volatile List<Pod> pods = List.of();
    volatile List<GenericKubernetesResource> pools = List.of();

    FakeApi(int port) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    void event(String type, Pod pod) {
        events.add(new WatchEvent(pod, type));
    }

    void poolEvent(String type, GenericKubernetesResource pool) {
        poolEvents.add(new WatchEvent(pool, type));
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            asked.add(exchange.getRequestURI());
            exchange.getResponseHeaders().add("content-type", "application/json");
            if (forbidden) {
                var status = new StatusBuilder()
                        .withCode(403)
                        .withMessage("pods is forbidden: user may not list")
                        .build();
                send(exchange, 403, Serialization.asJson(status));
            } else if (String.valueOf(exchange.getRequestURI().getQuery()).contains("watch=true")) {
                watch(exchange);
            } else if (isOfPools(exchange)) {
                var list = new GenericKubernetesResourceList();
                list.setApiVersion("inference.networking.k8s.io/v1");
                list.setKind("InferencePoolList");
                list.setMetadata(new ListMetaBuilder().withResourceVersion("7").build());
                list.setItems(pools);
                send(exchange, 200, Serialization.asJson(list));
            } else {
                var list = new PodListBuilder()
                        .withNewMetadata()
                        .withResourceVersion("7")
                        .endMetadata()
                        .withItems(pods)
                        .build();
                send(exchange, 200, Serialization.asJson(list));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void watch(HttpExchange exchange) throws IOException, InterruptedException {
        if (exchange.getRequestHeaders().containsKey("Upgrade")) {
            send(exchange, 200, "{}");
            return;
        }
        exchange.sendResponseHeaders(200, 0);
        var body = exchange.getResponseBody();
        // A watch over plain HTTP counts as begun with its first event.
        var source = isOfPools(exchange) ? poolEvents : events;
        var bookmark = new WatchEvent(isOfPools(exchange) ? Pools.of(Map.of()) : Pods.ready("", "", ""), "BOOKMARK");
        for (var event = bookmark; !event.getType().equals(END); event = source.take()) {
            body.write((Serialization.asJson(event) + "\n").getBytes(StandardCharsets.UTF_8));
            body.flush();
        }
    }

    private static boolean isOfPools(HttpExchange exchange) {
        return exchange.getRequestURI().getPath().endsWith("/inferencepools");
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        events.add(new WatchEvent(null, END));
        poolEvents.add(new WatchEvent(null, END));
        server.stop(0);
        threads.shutdownNow();
    }
}
