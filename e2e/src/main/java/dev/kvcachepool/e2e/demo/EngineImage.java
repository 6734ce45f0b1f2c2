package dev.kvcachepool.e2e.demo;

import dev.kvcachepool.e2e.engine.EngineCounters;
import dev.kvcachepool.e2e.engine.EngineSettings;
import dev.kvcachepool.e2e.engine.EngineStandIn;
import dev.kvcachepool.e2e.runtime.container.ContainerImage;
import dev.kvcachepool.e2e.runtime.container.ContainerSpec;
import dev.kvcachepool.e2e.runtime.container.RunningContainer;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import redis.clients.jedis.HostAndPort;

/** The engine stand-in as an image: its containers live in this JVM, so that the demo can count what they saw. */
final class EngineImage implements ContainerImage {
    static final int PORT = 8000;

    private final EngineSettings settings;
    private final Function<String, HostAndPort> cacheOfNode;
    private final Map<String, EngineStandIn> running = new ConcurrentHashMap<>();
    private volatile EngineCounters counters = new EngineCounters();

    /** Engines that find the cache-node of their Kubernetes node by {@code cacheOfNode}. */
    EngineImage(EngineSettings settings, Function<String, HostAndPort> cacheOfNode) {
        this.settings = settings;
        this.cacheOfNode = cacheOfNode;
    }

    /** From here on engines that are started count in the counters returned. */
    EngineCounters countAnew() {
        var fresh = new EngineCounters();
        counters = fresh;
        return fresh;
    }

    boolean idle() {
        return running.values().stream().allMatch(engine -> engine.outstanding() == 0);
    }

    /** Starts the engine of a pod, which the caller closes. */
    EngineStandIn start(String pod, String node, InetSocketAddress listen) {
        var engine = new EngineStandIn(settings, listen, () -> cacheOfNode.apply(node), counters);
        running.put(pod, engine);
        return engine;
    }

    @Override
    public RunningContainer start(ContainerSpec spec) {
        var engine = start(spec.pod(), spec.node(), new InetSocketAddress(spec.podIp(), PORT));
        return new Container(engine, () -> running.remove(spec.pod(), engine));
    }

    /** A stand-in that ends when it is asked to. */
    private static final class Container implements RunningContainer {
        private final CompletableFuture<Integer> exit = new CompletableFuture<>();
        private final EngineStandIn engine;
        private final Runnable onEnd;

        Container(EngineStandIn engine, Runnable onEnd) {
            this.engine = engine;
            this.onEnd = onEnd;
        }

        @Override
        public CompletableFuture<Integer> exit() {
            return exit;
        }

        @Override
        public void terminate() {
            onEnd.run();
            engine.close();
            exit.complete(0);
        }

        @Override
        public void kill() {
            terminate();
        }
    }
}
