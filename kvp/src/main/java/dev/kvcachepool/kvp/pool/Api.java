package dev.kvcachepool.kvp.pool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvcachepool.kvp.kube.KubeClient;
import dev.kvcachepool.kvp.kube.KubeException;
import java.net.HttpURLConnection;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What these commands ask of a cluster, in one namespace. All is read as JSON, so that an older program shows what a newer
 * operator or cluster writes. Each method throws {@link ClusterException} when the cluster can't or won't. Not thread-safe.
 */
final class Api {
    private static final String GROUP = "/apis/kvcachepool.dev/v1alpha1";
    private static final String POOLS = "/kvcachepools";
    /** As the operator labels what it makes, see docs/operator.md. */
    private static final String INSTANCE = "app.kubernetes.io/instance=";

    private static final String CACHE_NODES = ",app.kubernetes.io/component=cache-node";
    /** As its webhook labels engines' pods. */
    private static final String SIDECAR_OF = "kvcachepool.dev/sidecar-of=";

    private static final int TOO_MANY_REQUESTS = 429;
    /** The operator writes a pool's status now and then, and who else writes one does it once. */
    private static final int ATTEMPTS = 5;

    private final KubeClient client;
    private final String namespace;

    Api(KubeClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    String namespace() {
        return namespace;
    }

    /** The pools of the namespace, or of all. */
    List<JsonNode> pools(boolean everywhere) {
        return list(everywhere ? GROUP + POOLS : GROUP + in() + POOLS);
    }

    JsonNode pool(String name) {
        return ask(() -> {
            try {
                return client.get(path(name));
            } catch (KubeException e) {
                if (e.code() == HttpURLConnection.HTTP_NOT_FOUND) {
                    throw new ClusterException("there is no KVCachePool " + name + " in namespace " + namespace
                            + ", or no CRD; kubectl kvp status -A lists what there is");
                }
                throw e;
            }
        });
    }

    /** The PrefixPins of the namespace. */
    List<JsonNode> pins() {
        return list(GROUP + in() + "/prefixpins");
    }

    /** A pool's cache-nodes; those whose pods have ended for good are none. */
    List<CacheNode> nodes(JsonNode pool) {
        var name = pool.at("/metadata/name").asText();
        boolean sidecars = CacheNode.isSidecar(pool);
        return pods(sidecars ? SIDECAR_OF + name : INSTANCE + name + CACHE_NODES).stream()
                .map(pod -> new CacheNode(pod, sidecars))
                .filter(node -> !node.ended())
                .toList();
    }

    /** All pods that were made for a pool; no engines' ones. */
    List<JsonNode> podsOf(String pool) {
        return pods(INSTANCE + pool);
    }

    private List<JsonNode> pods(String labels) {
        return list("/api/v1" + in() + "/pods?labelSelector=" + encoded(labels));
    }

    /** Those of the namespace. */
    List<JsonNode> events() {
        return list("/api/v1" + in() + "/events");
    }

    /** Evicts a pod; false while a disruption budget does not allow it. */
    boolean evict(String pod) {
        var eviction = JsonNodeFactory.instance
                .objectNode()
                .put("apiVersion", "policy/v1")
                .put("kind", "Eviction");
        eviction.putObject("metadata").put("name", pod).put("namespace", namespace);
        return ask(() -> {
            try {
                client.ask("POST", "/api/v1" + in() + "/pods/" + encoded(pod) + "/eviction", eviction);
                return true;
            } catch (KubeException e) {
                if (e.code() == TOO_MANY_REQUESTS) {
                    return false;
                }
                throw e;
            }
        });
    }

    /** Sets an annotation of a pool, on whatever it is by then. */
    void annotate(String pool, String name, String value) {
        for (int attempt = 1; ; attempt++) {
            var changed = (ObjectNode) pool(pool);
            changed.withObject("/metadata").withObjectProperty("annotations").put(name, value);
            int last = attempt;
            boolean done = ask(() -> {
                try {
                    client.ask("PUT", path(pool), changed);
                    return true;
                } catch (KubeException e) {
                    if (e.code() == HttpURLConnection.HTTP_CONFLICT && last < ATTEMPTS) {
                        return false;
                    }
                    throw e;
                }
            });
            if (done) {
                return;
            }
        }
    }

    /**
     * Asks a pool's router through the API server, which needs no way into the cluster's network; the right to {@code get} or
     * {@code create} {@code services/proxy} is needed.
     *
     * @param pool as {@link #pool} tells it: with TLS the API server speaks so to its router, and believes any certificate
     * @param body null for a GET
     */
    JsonNode router(JsonNode pool, String path, @Nullable JsonNode body) {
        var scheme = pool.at("/spec/security/tls").isObject() ? "https:" : "";
        var service = scheme + pool.at("/metadata/name").asText() + "-router:http";
        var uri = "/api/v1" + in() + "/services/" + service + "/proxy" + path;
        return ask(() -> client.ask(body == null ? "GET" : "POST", uri, body));
    }

    private String in() {
        return "/namespaces/" + encoded(namespace);
    }

    private String path(String pool) {
        return GROUP + in() + POOLS + "/" + encoded(pool);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private List<JsonNode> list(String path) {
        var items = new ArrayList<JsonNode>();
        ask(() -> client.get(path)).path("items").forEach(items::add);
        return items;
    }

    private static <T> T ask(Supplier<T> question) {
        try {
            return question.get();
        } catch (KubeException e) {
            throw new ClusterException(
                    e.code() == HttpURLConnection.HTTP_NOT_FOUND && !e.ofAnObject()
                            ? "the cluster does not know what was asked for; are the CRDs installed? (kubectl apply -f crds/)"
                            : String.valueOf(e.getMessage()));
        }
    }
}
