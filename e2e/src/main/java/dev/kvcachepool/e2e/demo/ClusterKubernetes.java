package dev.kvcachepool.e2e.demo;

import dev.kvcachepool.e2e.engine.EngineStandIn;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * The cluster of {@code make cluster}: real pods on one Kubernetes node. Each engine's pod is given a cache-node by the operator's
 * webhook; what its own container does is to lead to a stand-in in this JVM, so that the demo can count what it saw.
 */
final class ClusterKubernetes extends DemoKubernetes {
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final int BROKER_PORT = 9092;
    private static final int FIRST_PORT = 18_000;
    private static final int CACHE_PORT = 6379;
    private static final String INJECTED = "kvcachepool.dev/injected";

    private final InetAddress machine;
    private final Path engine;
    private final EngineImage image;
    private final List<EngineStandIn> running = new ArrayList<>();

    /**
     * Where pods find what listens on this machine: the demo's broker, host:port.
     *
     * @param root the project's folder
     * @throws IllegalArgumentException if no cluster is up
     */
    static String broker(Path root) {
        return machine(root).getHostAddress() + ":" + BROKER_PORT;
    }

    /** The cluster that is up, with a namespace for the demo. */
    ClusterKubernetes(Path root, EngineImage image) {
        super(kubeconfig(root), root, broker(root), PATIENCE);
        this.machine = machine(root);
        this.engine = root.resolve("e2e/cluster/demo-engine.yaml");
        this.image = image;
        // However this JVM ends, nothing stays there.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> removeNamespace(kubeconfig(root))));
        manifests()
                .apply(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(NAMESPACE)
                        .withLabels(Map.of(
                                "kvcachepool.dev/injection", "enabled",
                                "pod-security.kubernetes.io/enforce", "restricted"))
                        .endMetadata()
                        .build());
    }

    /** With whatever a failure has left there. */
    private static void removeNamespace(Path kubeconfig) {
        try (var client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(kubeconfig.toFile()))
                .build()) {
            client.namespaces().withName(NAMESPACE).delete();
        }
    }

    private static Path kubeconfig(Path root) {
        var kubeconfig = root.resolve("target/cluster/kubeconfig");
        if (!Files.exists(kubeconfig)) {
            throw new IllegalArgumentException("--cluster needs a cluster that is up; start it by: make cluster");
        }
        return kubeconfig;
    }

    /** This machine's address towards the cluster's node. */
    private static InetAddress machine(Path root) {
        try (var socket = new DatagramSocket()) {
            var config = Files.readString(kubeconfig(root));
            var at = config.indexOf("https://") + "https://".length();
            socket.connect(new InetSocketAddress(config.substring(at, config.indexOf(':', at)), 1));
            return socket.getLocalAddress();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    String example(DemoOptions options) {
        return "demo-cluster-pool.yaml";
    }

    @Override
    HostAndPort redis(String service, String node) {
        var found = client().services().inNamespace(NAMESPACE).withName(service).get();
        if (found == null) {
            throw new JedisConnectionException("there is no Service " + service);
        }
        return new HostAndPort(found.getSpec().getClusterIP(), CACHE_PORT);
    }

    @Override
    HostAndPort cacheOf(String node) {
        var pod = client().pods().inNamespace(NAMESPACE).withName(node).get();
        if (pod == null || pod.getStatus().getPodIP() == null) {
            throw new JedisConnectionException("the pod " + node + " does not run");
        }
        return new HostAndPort(pod.getStatus().getPodIP(), CACHE_PORT);
    }

    /** The engines' pods, which are there for all passes, as their cache-nodes are part of them. */
    @Override
    void prepare() throws InterruptedException {
        await("the operator gives pods a cache-node", () -> injected(engine(0)));
        for (int number = 0; number < DemoOptions.NODES; number++) {
            manifests().apply(engine(number));
        }
        await(
                "the engines' pods are ready",
                () -> engines().stream().filter(DemoKubernetes::isReady).count() == DemoOptions.NODES);
    }

    private boolean injected(Pod pod) {
        var made = client().resource(pod)
                .dryRun(true)
                .patch(new PatchContext.Builder()
                        .withPatchType(PatchType.SERVER_SIDE_APPLY)
                        .withFieldManager("kubectl")
                        .withDryRun(List.of("All"))
                        .build());
        return made.getMetadata().getAnnotations() != null
                && made.getMetadata().getAnnotations().containsKey(INJECTED);
    }

    private List<Pod> engines() {
        return client().pods()
                .inNamespace(NAMESPACE)
                .withLabel("app", DemoPool.ENGINE_LABEL)
                .list()
                .getItems();
    }

    private Pod engine(int number) {
        var values =
                Map.of("NAME", nodeName(number), "STAND_IN", machine.getHostAddress() + ":" + (FIRST_PORT + number));
        return manifests().load(engine, values).stream()
                .map(Pod.class::cast)
                .findFirst()
                .orElseThrow();
    }

    @Override
    void startEngines() {
        for (int number = 0; number < DemoOptions.NODES; number++) {
            running.add(image.start(
                    nodeName(number), nodeName(number), new InetSocketAddress(machine, FIRST_PORT + number)));
        }
    }

    @Override
    void stopEngines() {
        running.forEach(EngineStandIn::close);
        running.clear();
    }

    @Override
    void clear() throws InterruptedException {
        client().pods()
                .inNamespace(NAMESPACE)
                .withLabel("app", DemoPool.ENGINE_LABEL)
                .delete();
        await("the engines' pods are gone", () -> engines().isEmpty());
    }

    @Override
    public void close() {
        stopEngines();
        super.close();
    }
}
