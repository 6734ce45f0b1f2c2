package dev.kvcachepool.operator.probe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvcachepool.commandline.tls.NamedServer;
import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.operator.desired.ChildNames;
import dev.kvcachepool.operator.desired.PoolTls;
import dev.kvcachepool.operator.probe.RouterIndex.Holder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Asks the routers of pools what only they know. Thread-safe. */
public final class RouterClient {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private final ObjectMapper mapper = new ObjectMapper();
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
    private final KubernetesClient client;

    public RouterClient(KubernetesClient client) {
        this.client = client;
    }

    /** Null when there is no router yet, it does not answer, or the API server does not say where it is. */
    @Nullable
    RouterIndex index(KVCachePool pool) {
        try {
            return door(pool).map(this::ask).orElse(null);
        } catch (KubernetesClientException e) {
            return null;
        }
    }

    /**
     * Tells a router that a cache-node is deleted. It keeps the right to refuse: for one that speaks, or has begun another life.
     *
     * @return whether it took it
     */
    boolean sayGone(RouterDoor router, Holder holder) throws IOException {
        var body = "{\"incarnation\":" + holder.incarnation() + ",\"deleted\":true}";
        var id = URLEncoder.encode(holder.id(), StandardCharsets.UTF_8);
        var request = HttpRequest.newBuilder(router.address().resolve("/v1/holders/" + id + "/gone"))
                .timeout(TIMEOUT)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            return send(router, request, HttpResponse.BodyHandlers.discarding()).statusCode()
                    == HttpURLConnection.HTTP_OK;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * Asks, and waits for the answer.
     *
     * @throws IOException where none comes, or another answers than the router
     */
    public <T> HttpResponse<T> send(RouterDoor router, HttpRequest request, HttpResponse.BodyHandler<T> body)
            throws IOException, InterruptedException {
        var tls = router.tls();
        if (tls == null) {
            return http.send(request, body);
        }
        // One for each time: a client believes the same ones for all its life, and has a thread that a thousand pools
        // would have.
        try (var once = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(TIMEOUT)
                .sslContext(tls)
                .build()) {
            var answer = once.send(request, body);
            once.shutdownNow();
            return answer;
        }
    }

    /** By the Service's address rather than its name, which needs no cluster DNS; none while no router is ready. */
    public Optional<RouterDoor> door(KVCachePool pool) {
        var namespace = pool.getMetadata().getNamespace();
        var name = ChildNames.of(pool).router();
        var deployment = client.apps()
                .deployments()
                .inNamespace(namespace)
                .withName(name)
                .get();
        if (deployment == null
                || deployment.getStatus() == null
                || deployment.getStatus().getReadyReplicas() == null) {
            return Optional.empty();
        }
        return Optional.ofNullable(
                        client.services().inNamespace(namespace).withName(name).get())
                .map(service -> service.getSpec())
                .filter(spec -> spec.getClusterIP() != null)
                .flatMap(spec -> door(
                        pool,
                        bracketed(spec.getClusterIP()) + ":"
                                + spec.getPorts().getFirst().getPort()));
    }

    private Optional<RouterDoor> door(KVCachePool pool, String address) {
        return PoolTls.secret(pool) == null
                ? Optional.of(new RouterDoor(URI.create("http://" + address), null))
                : trust(pool).map(tls -> new RouterDoor(URI.create("https://" + address), tls));
    }

    /** None while the pool's Secret does not say whom to believe, which the conditions tell. */
    private Optional<SSLContext> trust(KVCachePool pool) {
        var namespace = pool.getMetadata().getNamespace();
        try {
            return new SecretReader(client, namespace)
                    .read(PoolTls.FIELD, String.valueOf(PoolTls.secret(pool)), PoolTls.AUTHORITIES)
                    .map(authorities -> NamedServer.context(
                            authorities.getBytes(StandardCharsets.UTF_8), PoolTls.nameOfRouters(pool)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String bracketed(String address) {
        return address.contains(":") ? "[" + address + "]" : address;
    }

    @Nullable
    RouterIndex ask(RouterDoor router) {
        var request = HttpRequest.newBuilder(router.address().resolve("/v1/index"))
                .timeout(TIMEOUT)
                .build();
        try {
            var answer = send(router, request, HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == HttpURLConnection.HTTP_OK ? index(router, answer.body()) : null;
        } catch (IOException e) {
            return null; // the condition says that the router is silent
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    private @Nullable RouterIndex index(RouterDoor router, String body) {
        try {
            var index = mapper.readTree(body);
            var view = RouterRows.view(index);
            return new RouterIndex(
                    router,
                    view,
                    index.path("holders").valueStream().map(RouterRows::holder).toList());
        } catch (JsonProcessingException e) {
            return null;
        }
    }
}
