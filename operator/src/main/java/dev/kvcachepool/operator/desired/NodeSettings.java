package dev.kvcachepool.operator.desired;

import dev.kvcachepool.crds.LmcacheEvents.Publish;
import dev.kvcachepool.crds.Model;
import dev.kvcachepool.crds.Peers;
import dev.kvcachepool.crds.Placement;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The ConfigMap with the settings that all cache-nodes of a pool share, as the environment of their container. */
public final class NodeSettings {
    private NodeSettings() {}

    public static ConfigMap configMap(PoolContext context) {
        var settings = environment(context);
        return new ConfigMapBuilder()
                .withMetadata(context.metadata(context.names().config(), ChildLabels.Component.CACHE_NODE))
                .withData(settings)
                .addToData(RestartInPlace.offered(settings))
                .build();
    }

    static Map<String, String> environment(PoolContext context) {
        var spec = context.spec();
        var memory = NodeMemory.of(spec);
        var settings = new TreeMap<>(new KafkaAccess(context).settings());
        settings.put(PodParts.JSON_LOG, "true");
        settings.put("KVP_POOL", context.poolName());
        settings.put("KVP_PLACEMENT", spec.placement().name());
        settings.put("KVP_RESP_PORT", Integer.toString(context.respPort()));
        settings.put("KVP_HTTP_PORT", Integer.toString(PoolContext.NODE_HTTP_PORT));
        settings.put("KVP_HOST_SIZE", Long.toString(memory.arenaBytes()));
        settings.put("KVP_HEAP", memory.heapMebibytes() + "m");
        settings.put("KVP_DRAIN_TIMEOUT", spec.updateStrategy().drainSeconds() + "s");
        if (spec.placement() != Placement.Sidecar) { // which no Service leads to
            settings.put("KVP_DRAIN_DELAY", NodePods.LEFT_ALONE_SECONDS + "s");
        }
        settings.put("KVP_EVICTION_POLICY", spec.eviction().policy().name());
        settings.put("KVP_HIGH_WATERMARK", spec.eviction().highWatermark().toString());
        settings.put("KVP_LOW_WATERMARK", spec.eviction().lowWatermark().toString());
        settings.put("KVP_READ_LEASE", spec.eviction().readLease());
        if (spec.eviction().ttl() != null) {
            settings.put("KVP_TTL", spec.eviction().ttl());
        }
        if (context.lmPort() != null) {
            settings.put("KVP_LM_PORT", context.lmPort().toString());
        }
        settings.putAll(PoolUsers.of(context).nodeSettings());
        settings.putAll(PoolTenants.of(context).settings());
        settings.putAll(PoolTls.of(context).nodeSettings());
        settings.putAll(NodeArena.settings(context));
        settings.putAll(peers(context));
        settings.putAll(cacheEvents(context));
        settings.putAll(NodeDisk.settings(context));
        settings.putAll(EngineSockets.settings(context));
        settings.putAll(NodeGpu.settings(context));
        if (!spec.models().isEmpty()) {
            settings.put(
                    "KVP_MODEL", spec.models().stream().map(NodeSettings::model).collect(Collectors.joining(";")));
        }
        return settings;
    }

    private static Map<String, String> cacheEvents(PoolContext context) {
        var events = context.spec().bridges().lmcacheEvents();
        if (events == null || events.publish() == Publish.Nothing) {
            return Map.of();
        }
        return Map.of(
                "KVP_LMCACHE_EVENTS_TOPIC",
                events.topic(),
                "KVP_LMCACHE_EVENTS_SALTS",
                Boolean.toString(events.publish() == Publish.All));
    }

    private static Map<String, String> peers(PoolContext context) {
        var peers = context.spec().peers();
        if (!peers.enabled()) {
            return Map.of();
        }
        var settings = new TreeMap<String, String>();
        settings.put("KVP_PEERS", "true");
        settings.put("KVP_PEER_COPIES", copies(peers.copies()));
        if (context.spec().router().enabled()) {
            settings.put("KVP_ROUTER_URL", ConnectionSettings.routerUrl(context));
        }
        return settings;
    }

    private static String copies(Peers.Copies copies) {
        return switch (copies) {
            case Never -> "never";
            case SecondUse -> "second-use";
            case Always -> "always";
        };
    }

    private static String model(Model model) {
        var groups = model.groups().stream().map(Object::toString).collect(Collectors.joining("+"));
        return "name=" + model.name() + ",chunk-tokens=" + model.chunkTokens() + ",scheme=" + model.hashScheme()
                + (groups.isEmpty() ? "" : ",groups=" + groups)
                + (model.valueBytes() == null ? "" : ",value-bytes=" + model.valueBytes());
    }
}
