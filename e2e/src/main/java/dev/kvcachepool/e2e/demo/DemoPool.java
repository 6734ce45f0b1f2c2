package dev.kvcachepool.e2e.demo;

import dev.kvcachepool.crds.KVCachePool;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** The pool of one of {@code manifests/examples}, as its users see it. */
final class DemoPool {
    static final String NAME = "demo";
    /** As nodes and routers call it. */
    static final String FULL_NAME = DemoKubernetes.NAMESPACE + "/" + NAME;

    /** The default of spec.router.gateway.port. */
    static final int PICKER_PORT = 9002;

    static final String ENGINE_LABEL = "engine-stand-in";

    private final DemoKubernetes kubernetes;
    private final String example;
    private final boolean gateway;

    /**
     * The pool of an example, which has no other name than {@link #NAME}.
     *
     * @param gateway whether its router is the endpoint picker of a gateway, too
     */
    DemoPool(DemoKubernetes kubernetes, String example, boolean gateway) {
        this.kubernetes = kubernetes;
        this.example = example;
        this.gateway = gateway;
    }

    /** The file that it is applied from. */
    String example() {
        return "manifests/examples/" + example;
    }

    /** Applies it and waits until it is ready; returns how long that took, ms. */
    long apply() throws InterruptedException {
        var start = System.nanoTime();
        kubernetes.manifests().applyExample(example);
        kubernetes.prepare();
        kubernetes.await("the pool is ready", () -> kubernetes.is(NAME, "Ready"));
        return (System.nanoTime() - start) / 1_000_000;
    }

    /** The cache-node of a Kubernetes node, as an engine there reaches it. */
    HostAndPort cacheOf(String node) {
        return kubernetes.cacheOf(node);
    }

    /** Waits until each Kubernetes node reaches a cache-node of its own. */
    void awaitReachable() throws InterruptedException {
        kubernetes.await("every node reaches its cache-node", () -> {
            try {
                IntStream.range(0, DemoOptions.NODES).forEach(this::resp);
                return true;
            } catch (JedisConnectionException e) {
                return false;
            }
        });
    }

    /** The same by number. */
    HostAndPort resp(int number) {
        return cacheOf(DemoKubernetes.nodeName(number));
    }

    /**
     * Fills every node with {@code bytes} and empties it again. The kernel gives memory when it is first written, which
     * takes longer than the write; whoever comes first would pay for all who follow.
     */
    void fillAll(long bytes, int valueBytes) {
        var value = new byte[valueBytes];
        IntStream.range(0, DemoOptions.NODES).parallel().forEach(number -> {
            try (var jedis = new Jedis(resp(number))) {
                for (long at = 0; at < bytes; at += valueBytes) {
                    jedis.set(("fill-" + at).getBytes(StandardCharsets.UTF_8), value);
                }
            }
        });
        flushAll();
    }

    /** Empties every node. */
    void flushAll() {
        for (int number = 0; number < DemoOptions.NODES; number++) {
            try (var jedis = new Jedis(resp(number))) {
                jedis.flushAll();
            }
        }
    }

    /** A fresh router with {@code policy}, by the pool's specification; waits until the one before is gone. */
    RouterApi route(String policy) throws InterruptedException {
        var before =
                routerPods().stream().map(pod -> pod.getMetadata().getName()).toList();
        var generation = kubernetes.pool(NAME).getMetadata().getGeneration();
        kubernetes
                .client()
                .resources(KVCachePool.class)
                .inNamespace(DemoKubernetes.NAMESPACE)
                .withName(NAME)
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"spec\": {\"router\": {\"policy\": \"" + policy + "\""
                                + (gateway ? ", \"gateway\": {\"tls\": \"None\"}" : "") + "}}}");
        if (generation.equals(kubernetes.pool(NAME).getMetadata().getGeneration())) {
            routerPods().forEach(pod -> kubernetes.client().resource(pod).delete());
        }
        kubernetes.await("one fresh router serves with policy " + policy, () -> {
            var pods = routerPods();
            return pods.size() == 1
                    && !before.contains(pods.getFirst().getMetadata().getName())
                    && hasPolicy(pods.getFirst(), policy)
                    && DemoKubernetes.isReady(pods.getFirst());
        });
        return new RouterApi(routerPods().getFirst().getStatus().getPodIP() + ":8080");
    }

    private List<Pod> routerPods() {
        return podsOf("router");
    }

    private List<Pod> podsOf(String component) {
        return kubernetes.pods(DemoKubernetes.NAMESPACE).stream()
                .filter(pod -> component.equals(pod.getMetadata().getLabels().get("app.kubernetes.io/component")))
                .toList();
    }

    /** Pods with a cache-node, be it all that they are or beside an engine. */
    private List<Pod> cacheNodes() {
        return kubernetes.pods(DemoKubernetes.NAMESPACE).stream()
                .filter(pod -> {
                    var labels = pod.getMetadata().getLabels();
                    return "cache-node".equals(labels.get("app.kubernetes.io/component"))
                            || NAME.equals(labels.get("kvcachepool.dev/sidecar-of"));
                })
                .toList();
    }

    /** What its cache-nodes have given so far, and where that came from. */
    NodeReads reads() throws InterruptedException {
        return NodeReads.of(cacheNodes().stream()
                .map(pod -> pod.getStatus().getPodIP() + ":9400")
                .toList());
    }

    private static boolean hasPolicy(Pod pod, String policy) {
        return pod.getSpec().getContainers().getFirst().getEnv().stream()
                .anyMatch(variable -> variable.getName().equals("KVP_POLICY") && policy.equals(variable.getValue()));
    }

    /** One fresh engine on each node; waits until {@code router} can pick all of them. */
    void startEngines(RouterApi router) throws InterruptedException {
        kubernetes.startEngines();
        kubernetes.await("the router can pick every engine", () -> router.admittedEndpoints() == DemoOptions.NODES);
    }

    /** {@code host:port} of each engine. */
    List<String> engineAddresses() {
        return kubernetes
                .client()
                .pods()
                .inNamespace(DemoKubernetes.NAMESPACE)
                .withLabel("app", ENGINE_LABEL)
                .list()
                .getItems()
                .stream()
                .map(pod -> pod.getStatus().getPodIP() + ":" + EngineImage.PORT)
                .toList();
    }

    void stopEngines() throws InterruptedException {
        kubernetes.stopEngines();
    }
}
