package dev.kvcachepool.operator.desired;

import dev.kvcachepool.crds.Bridges;
import dev.kvcachepool.crds.VllmEvents;
import dev.kvcachepool.crds.VllmEvents.Engine;
import dev.kvcachepool.crds.VllmEvents.Pods;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What of engines' and LMCache's own words a router listens to, in either placement. */
record RouterBridges(Bridges bridges) {
    static RouterBridges of(PoolContext context) {
        return new RouterBridges(context.spec().bridges());
    }

    Map<String, String> settings() {
        var settings = new TreeMap<String, String>();
        if (!engines().isEmpty()) {
            settings.put(
                    "KVP_ENGINE_EVENTS",
                    engines().stream().map(RouterBridges::flag).collect(Collectors.joining(";")));
        }
        var pods = pods();
        if (pods != null) {
            settings.put("KVP_ENGINE_EVENTS_OF_PODS", flag(pods));
        }
        var cacheEvents = bridges.lmcacheEvents();
        if (cacheEvents != null && cacheEvents.read()) {
            settings.put("KVP_LMCACHE_EVENTS_TOPIC", cacheEvents.topic());
        }
        return settings;
    }

    /** Data-parallel ranks that are followed, of pods as many as may be. */
    int ranks() {
        var pods = pods();
        return engines().stream().mapToInt(Engine::ranks).sum() + (pods == null ? 0 : pods.most() * pods.ranks());
    }

    private @Nullable Pods pods() {
        VllmEvents events = bridges.vllmEvents();
        return events == null ? null : events.pods();
    }

    private List<Engine> engines() {
        VllmEvents events = bridges.vllmEvents();
        return events == null ? List.of() : events.engines();
    }

    private static String flag(Engine engine) {
        return engine.name() + "=" + engine.endpoint()
                + (engine.replayEndpoint() == null ? "" : ",replay=" + engine.replayEndpoint())
                + (engine.ranks() == 1 ? "" : ",ranks=" + engine.ranks())
                + (engine.model() == null ? "" : ",model=" + engine.model());
    }

    private static String flag(Pods pods) {
        return "port=" + pods.port()
                + (pods.replayPort() == null ? "" : ",replay=" + pods.replayPort())
                + (pods.ranks() == 1 ? "" : ",ranks=" + pods.ranks())
                + (pods.model() == null ? "" : ",model=" + pods.model())
                + ",most=" + pods.most();
    }
}
