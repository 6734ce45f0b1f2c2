package dev.kvcachepool.kvp.pool;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What these commands ask of a cluster, in one namespace. Custom resources are read as JSON, so that an older program shows
 * what a newer operator writes. Each method throws {@link ClusterException} when the cluster can't or won't. Owns the client;
 * thread-safe.
 */
final class Api implements AutoCloseable {
    /** As the operator labels what it makes, see docs/operator.md. */
    private static final String INSTANCE = "app.kubernetes.io/instance";

    private static final String COMPONENT = "app.kubernetes.io/component";
    private static final String NODES = "cache-node";
    private static final int TOO_MANY_REQUESTS = 429;

    private static final ResourceDefinitionContext POOLS = definition("KVCachePool", "kvcachepools");
    private static final ResourceDefinitionContext PINS = definition("PrefixPin", "prefixpins");

    private final KubernetesClient client;
    private final String namespace;
    private final ObjectMapper json = new ObjectMapper();

    Api(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    private static ResourceDefinitionContext definition(String kind, String plural) {
        return new ResourceDefinitionContext.Builder()
                .withGroup("kvcachepool.dev")
                .withVersion("v1alpha1")
                .withKind(kind)
                .withPlural(plural)
                .withNamespaced(true)
                .build();
    }

    String namespace() {
        return namespace;
    }

    /** The pools of the namespace, or of all. */
    List<JsonNode> pools(boolean everywhere) {
        var all = client.genericKubernetesResources(POOLS);
        return ask(() -> (everywhere ? all.inAnyNamespace() : all.inNamespace(namespace))
                .list().getItems().stream().map(this::tree).toList());
    }

    JsonNode pool(String name) {
        GenericKubernetesResource found = ask(() -> client.genericKubernetesResources(POOLS)
                .inNamespace(namespace)
                .withName(name)
                .get());
        if (found == null) {
            throw new ClusterException("there is no KVCachePool " + name + " in namespace " + namespace
                    + ", or no CRD; kubectl kvp status -A lists what there is");
        }
        return tree(found);
    }

    private JsonNode tree(GenericKubernetesResource resource) {
        return json.valueToTree(resource);
    }

    /** The PrefixPins of the namespace. */
    List<JsonNode> pins() {
        return ask(() -> client.genericKubernetesResources(PINS).inNamespace(namespace).list().getItems().stream()
                .map(this::tree)
                .toList());
    }

    /** The pods of a pool's cache-nodes. */
    List<Pod> nodes(String pool) {
        return ask(() -> client.pods()
                .inNamespace(namespace)
                .withLabels(Map.of(INSTANCE, pool, COMPONENT, NODES))
                .list()
                .getItems());
    }

    /** All pods of a pool. */
    List<Pod> pods(String pool) {
        return ask(() -> client.pods()
                .inNamespace(namespace)
                .withLabel(INSTANCE, pool)
                .list()
                .getItems());
    }

    /** Those of the namespace. */
    List<Event> events() {
        return ask(() -> client.v1().events().inNamespace(namespace).list().getItems());
    }

    /** Evicts a pod; false while a disruption budget does not allow it. */
    boolean evict(String pod) {
        return ask(() -> {
            try {
                return client.pods().inNamespace(namespace).withName(pod).evict();
            } catch (KubernetesClientException e) {
                if (e.getCode() == TOO_MANY_REQUESTS) {
                    return false;
                }
                throw e;
            }
        });
    }

    /** Sets an annotation of a pool. */
    void annotate(String pool, String name, String value) {
        var patch = json.createObjectNode();
        patch.putObject("metadata").putObject("annotations").put(name, value);
        ask(() -> client.genericKubernetesResources(POOLS)
                .inNamespace(namespace)
                .withName(pool)
                .patch(PatchContext.of(PatchType.JSON_MERGE), patch.toString()));
    }

    /**
     * Asks a pool's router through the API server, which needs no way into the cluster's network; the right to {@code get} or
     * {@code create} {@code services/proxy} is needed.
     *
     * @param pool as {@link #pool} tells it: with TLS the API server speaks so to its router, and believes any certificate
     * @param body null for a GET
     */
    JsonNode router(JsonNode pool, String path, @Nullable JsonNode body) {
        var name = pool.at("/metadata/name").asText();
        var scheme = pool.at("/spec/security/tls").isObject() ? "https:" : "";
        var uri = "/api/v1/namespaces/" + namespace + "/services/" + scheme + name + "-router:http/proxy" + path;
        var answer = ask(() -> client.raw(uri, body == null ? "GET" : "POST", body));
        try {
            return json.readTree(answer == null ? "" : answer);
        } catch (JsonProcessingException e) {
            throw new ClusterException("the router of " + name + " answered something that is no JSON");
        }
    }

    private <T extends @Nullable Object> T ask(Supplier<T> question) {
        try {
            return question.get();
        } catch (KubernetesClientException e) {
            throw new ClusterException(reason(e));
        }
    }

    private String reason(KubernetesClientException e) {
        var status = e.getStatus();
        if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND && (status == null || status.getDetails() == null)) {
            return "the cluster does not know what was asked for; are the CRDs installed? (kubectl apply -f crds/)";
        }
        if (status != null && status.getMessage() != null) {
            return status.getMessage();
        }
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        var message = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return cause instanceof IOException
                ? "the API server at " + client.getMasterUrl() + " does not answer: " + message
                : message;
    }

    @Override
    public void close() {
        client.close();
    }
}
