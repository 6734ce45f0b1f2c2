package dev.kvcachepool.operator.desired;

import dev.kvcachepool.crds.Model;
import dev.kvcachepool.crds.Placement;
import dev.kvcachepool.operator.desired.ChildLabels.Component;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The ConfigMap that engines mount or read their settings from: addresses, and settings ready to use for each way in
 * which LMCache and SGLang reach the pool. LMCache in-process takes a file a model, as chunk size and hash are the model's.
 */
public final class ConnectionSettings {
    static final String SEED = "PYTHONHASHSEED";
    static final String RESP_URL = "resp-url";
    static final String VLLM = "vllm-kv-transfer.json";
    static final String ADAPTER = "lmcache-mp-l2-adapter.json";
    static final String PLUGIN = "lmcache-mp-l2-plugin.json";
    static final String HICACHE = "sglang-hicache.json";

    /** For vLLM's {@code --kv-transfer-config}, with LMCache in the engine's own process. */
    private static final String VLLM_IN_PROCESS = """
            {"kv_connector": "LMCacheConnectorV1", "kv_role": "kv_both"}
            """;

    private static final String OWN_POD = "127.0.0.1";

    private ConnectionSettings() {}

    public static ConfigMap configMap(PoolContext context) {
        var data = new TreeMap<String, String>();
        data.put(RESP_URL, respUrl(context));
        data.put("node-urls", nodeUrls(context));
        if (context.lmPort() != null) {
            data.put("lm-url", "lm://" + respHost(context) + ":" + context.lmPort());
        }
        if (context.spec().router().enabled()) {
            data.put("router-url", routerUrl(context));
        }
        // For the engines' own environment.
        data.put(SEED, PoolContext.HASH_SEED);
        data.put(VLLM, VLLM_IN_PROCESS);
        if (context.spec().security().tls() == null) {
            // LMCache's native client, which has no TLS.
            data.put(ADAPTER, adapter(context));
            if (!context.isSidecar()) {
                // LMCache's own pods are on every Kubernetes node, and no engine's.
                data.put("lmcacheengine-l2backend.yaml", backend(context));
            }
        }
        data.put(PLUGIN, plugin(context));
        data.put(HICACHE, hicache(context));
        data.putAll(EngineSockets.connection(context));
        context.spec()
                .models()
                .forEach(model -> inProcess(context, model).ifPresent(settings -> {
                    data.put(key(model), settings);
                }));
        return new ConfigMapBuilder()
                .withMetadata(context.metadata(context.names().connection(), Component.CACHE_NODE))
                .withData(data)
                .build();
    }

    /** Host of the client Service, as seen in the cluster; in a Sidecar pool the engine's own pod. */
    public static String respHost(PoolContext context) {
        return context.isSidecar() ? OWN_POD : context.names().nodes() + "." + context.namespace() + ".svc";
    }

    /** A name that resolves to each cache-node, as they see each other. */
    public static String transferHost(PoolContext context) {
        return context.names().headlessService() + "." + context.namespace() + ".svc";
    }

    /** The router's API, as seen in the cluster. */
    public static String routerUrl(PoolContext context) {
        return PoolTls.of(context).httpScheme() + "://" + context.names().router() + "." + context.namespace() + ".svc:"
                + PoolContext.ROUTER_HTTP_PORT;
    }

    private static String respUrl(PoolContext context) {
        return PoolTls.of(context).respScheme() + "://" + respHost(context) + ":" + context.respPort();
    }

    /** One a line; in a NodeLocal pool the Service is the way to the caller's own node, and the only one, as in a Sidecar pool its own pod. */
    private static String nodeUrls(PoolContext context) {
        if (context.spec().placement() != Placement.Pooled) {
            return respUrl(context);
        }
        var scheme = PoolTls.of(context).respScheme();
        return IntStream.range(0, context.nodes())
                .mapToObj(ordinal -> scheme + "://" + context.names().nodes() + "-" + ordinal + "."
                        + context.names().headlessService() + "." + context.namespace() + ".svc:" + context.respPort())
                .collect(Collectors.joining("\n"));
    }

    private static String adapter(PoolContext context) {
        return """
                {"type": "resp", "host": "%s", "port": %d}
                """.formatted(respHost(context), context.respPort());
    }

    /** For LMCache's {@code --l2-adapter}, with the Python package {@code kvcachepool}. */
    private static String plugin(PoolContext context) {
        return """
                {"type": "plugin", "module_path": "kvcachepool.lmcache", "class_name": "KVCachePoolL2Adapter",
                 "adapter_params": {%s}}
                """.formatted(EngineSockets.parameters(context, respUrl(context)));
    }

    /** For SGLang's {@code --hicache-storage-backend-extra-config}, with {@code --hicache-storage-backend dynamic}. */
    private static String hicache(PoolContext context) {
        return """
                {"backend_name": "kvcachepool", "module_path": "kvcachepool.sglang", "class_name": "KVCachePoolStorage",
                 "interface_v1": 1, %s}
                """.formatted(EngineSockets.parameters(context, respUrl(context)));
    }

    private static String backend(PoolContext context) {
        return """
                l2Backend:
                  resp:
                    host: %s
                    port: %d
                """.formatted(respHost(context), context.respPort());
    }

    /** Empty for models whose keys LMCache in-process can't make. */
    private static Optional<String> inProcess(PoolContext context, Model model) {
        return hashAlgorithm(model).map(algorithm -> """
                # Set PYTHONHASHSEED=%s for every engine of this model too: without it each process hashes differently.
                %schunk_size: %d
                remote_url: "%s"
                remote_serde: "naive"
                pre_caching_hash_algorithm: "%s"
                """.formatted(
                PoolContext.HASH_SEED, passwordNeeded(context), model.chunkTokens(), respUrl(context), algorithm));
    }

    /** Secrets are in no ConfigMap: engines have them from their own. */
    private static String passwordNeeded(PoolContext context) {
        return context.spec().security().auth() == null
                ? ""
                : "# Users only: write %1$s://USER:PASSWORD@… in place of %1$s://…, percent-encoded, out of a Secret.\n"
                        .formatted(PoolTls.of(context).respScheme());
    }

    private static Optional<String> hashAlgorithm(Model model) {
        return Optional.ofNullable(Map.of(
                        "lmcache-sha256-cbor", "sha256_cbor",
                        "lmcache-xxhash-cbor", "xxhash_cbor",
                        "lmcache-builtin", "builtin")
                .get(model.hashScheme()));
    }

    /** The key of LMCache's settings for a model; empty where there are none. */
    static Optional<String> inProcessKey(Model model) {
        return hashAlgorithm(model).map(_ -> key(model));
    }

    private static String key(Model model) {
        return "lmcache-" + fileName(model) + ".yaml";
    }

    private static String fileName(Model model) {
        return model.name().replaceAll("[^-._a-zA-Z0-9]", "_");
    }
}
