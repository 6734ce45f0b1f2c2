package dev.kvcachepool.operator.pin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.crds.PrefixPinSpec.Mode;
import dev.kvcachepool.crds.PrefixPinStatus.NodePins;
import dev.kvcachepool.crds.PrefixPinStatus.PoolPins;
import dev.kvcachepool.operator.pin.PinFindings.PoolFinding;
import dev.kvcachepool.operator.probe.RouterClient;
import dev.kvcachepool.operator.probe.RouterDoor;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks the router of a pool to pin, and says what came of it in the words of a status. Thread-safe. */
final class PinClient {
    /** A router waits 5 s for cache-nodes. */
    private static final Duration TIMEOUT = Duration.ofSeconds(8);

    private static final int MOST_NODES = 64;
    private static final int UNPROCESSABLE = 422;
    private static final int BUSY = 429;

    private final ObjectMapper mapper = new ObjectMapper();
    private final KubernetesClient client;
    private final RouterClient routers;

    PinClient(KubernetesClient client, RouterClient routers) {
        this.client = client;
        this.routers = routers;
    }

    /** A router's answer. */
    private record Reply(int status, JsonNode body) {}

    /** Has a pool do what {@code body} says; never fails. */
    PoolFinding ask(String namespace, String name, Mode mode, byte[] body) {
        try {
            var pool = client.resources(KVCachePool.class)
                    .inNamespace(namespace)
                    .withName(name)
                    .get();
            if (pool == null) {
                return PoolFinding.failed(
                        name,
                        "PoolMissing",
                        true,
                        "KVCachePool " + namespace + "/" + name + ", which spec.pools names, does not exist: create it,"
                                + " or take it out of spec.pools");
            }
            if (!pool.getSpec().router().enabled()) {
                return PoolFinding.failed(
                        name,
                        "NoRouter",
                        true,
                        "pool " + name + " has no router, which pins are made through: set spec.router.enabled of the"
                                + " KVCachePool");
            }
            var router = routers.door(pool);
            return router.isEmpty() ? away(name) : ofReply(name, mode, send(router.get(), body));
        } catch (IOException e) {
            return away(name);
        } catch (KubernetesClientException e) {
            return PoolFinding.failed(
                    name,
                    "PoolUnreadable",
                    true,
                    "pool " + name + " can't be read (" + e.getCode() + "): let the operator's ServiceAccount get"
                            + " KVCachePools, Deployments and Services of this namespace");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return away(name);
        }
    }

    private static PoolFinding away(String name) {
        return PoolFinding.failed(
                name,
                "RouterAway",
                true,
                "the router of pool " + name + " gives no answer; what is pinned stays so for five minutes. See the"
                        + " conditions of the KVCachePool");
    }

    private Reply send(RouterDoor router, byte[] body) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(router.address().resolve("/v1/pins"))
                .timeout(TIMEOUT)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        var answer = routers.send(router, request, HttpResponse.BodyHandlers.ofByteArray());
        return new Reply(answer.statusCode(), mapper.readTree(answer.body()));
    }

    private static PoolFinding ofReply(String pool, Mode mode, Reply reply) {
        return switch (reply.status) {
            case HttpURLConnection.HTTP_OK -> ofCounts(pool, mode, reply.body);
            case HttpURLConnection.HTTP_UNAVAILABLE ->
                PoolFinding.failed(
                        pool, "RouterNotReady", false, "the router of pool " + pool + " is still reading the adverts");
            case BUSY ->
                PoolFinding.failed(pool, "RouterBusy", false, "the router of pool " + pool + " has too much to do");
            case HttpURLConnection.HTTP_NOT_FOUND -> notFound(pool, reply);
            case UNPROCESSABLE ->
                PoolFinding.failed(
                        pool,
                        "NotComputable",
                        true,
                        "the router of pool " + pool + " can't tell the blocks, " + said(reply)
                                + ": give spec.router.tokenizers of the KVCachePool, or spec.tokens or"
                                + " spec.blockHashes here");
            default ->
                PoolFinding.failed(
                        pool,
                        "Refused",
                        true,
                        "the router of pool " + pool + " answered " + reply.status + ", " + said(reply));
        };
    }

    private static PoolFinding notFound(String pool, Reply reply) {
        return reply.body.path("error").path("field").asText().equals("model")
                ? PoolFinding.failed(
                        pool,
                        "ModelNotDeclared",
                        true,
                        "no cache-node of pool " + pool + " declares the model: add it to spec.models of the"
                                + " KVCachePool, or correct spec.model")
                : PoolFinding.failed(
                        pool, "RouterTooOld", true, "the router of pool " + pool + " knows no pins: update its image");
    }

    private static String said(Reply reply) {
        var error = reply.body.path("error");
        var message = error.path("message").asText();
        return message.isEmpty() ? "without a reason" : message;
    }

    private static PoolFinding ofCounts(String name, Mode mode, JsonNode body) {
        var done = mode == Mode.Pin ? "pinned" : "warm";
        var nodes = body.path("nodes")
                .valueStream()
                .map(row -> node(row, done))
                .sorted(Comparator.comparingInt((NodePins node) -> -held(node)).thenComparing(NodePins::node))
                .toList();
        int blocks = body.path("blocks").asInt();
        int held = body.path("heldBlocks").asInt();
        int pinned = body.path(done + "Blocks").asInt();
        var shortfall = new Shortfall(name, mode, blocks, held, pinned, nodes);
        var trouble = shortfall.trouble();
        var shown = nodes.subList(0, Math.min(MOST_NODES, nodes.size()));
        return new PoolFinding(
                new PoolPins(name, blocks, held, pinned, trouble == null ? null : trouble.message(), shown),
                trouble,
                shortfall.needsSomebody());
    }

    private static int held(NodePins node) {
        return node.held() == null ? 0 : node.held();
    }

    private static NodePins node(JsonNode row, String done) {
        var problem = row.path("problem").asText();
        return new NodePins(
                row.path("node").asText(),
                row.path("held").asInt(),
                row.path(done).asInt(),
                row.path("refused").asInt(),
                shortened(problem));
    }

    private static @Nullable String shortened(String problem) {
        return problem.isEmpty() ? null : problem.substring(0, Math.min(problem.length(), 200));
    }

    /** Ends what a pool has pinned for {@code body}; what can't be told now lapses. */
    void end(String namespace, List<String> pools, byte[] body) {
        for (var pool : pools) {
            var ignored = ask(namespace, pool, Mode.Pin, body);
        }
    }
}
