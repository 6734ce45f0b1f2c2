package dev.kvcachepool.e2e.demo;

import dev.kvcachepool.e2e.kube.KubeApi;
import dev.kvcachepool.e2e.runtime.LocalRuntime;
import dev.kvcachepool.e2e.runtime.NodeSettings;
import dev.kvcachepool.e2e.runtime.RuntimeSettings;
import dev.kvcachepool.e2e.runtime.container.ContainerImage;
import dev.kvcachepool.e2e.runtime.container.ProcessImage;
import dev.kvcachepool.e2e.runtime.proxy.UnreachableException;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * Kubernetes on this machine: the API in memory, the local runtime with {@link DemoOptions#NODES} nodes, and the operator
 * as {@code manifests/kustomize/base} installs it.
 */
final class LocalKubernetes extends DemoKubernetes {
    /** As in manifests/examples/demo-pool.yaml. */
    static final String BROKER = "127.0.30.1:9092";

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final KubeApi api;
    private final LocalRuntime runtime;
    private final AtomicReference<@Nullable String> unsupported = new AtomicReference<>();

    /**
     * Starts everything; the operator comes up by itself.
     *
     * @param root the project's folder
     * @param work an empty folder for volumes and logs
     * @param images further images by name
     */
    LocalKubernetes(Path root, Path work, Map<String, ContainerImage> images) {
        this(root, work, images, KubeApi.start());
    }

    private LocalKubernetes(Path root, Path work, Map<String, ContainerImage> images, KubeApi api) {
        super(api.writeKubeconfig(work), root, BROKER, PATIENCE);
        this.api = api;
        var all = new HashMap<>(images);
        for (var program : List.of("cache-node", "router", "operator")) {
            all.put("kvcachepool/" + program, ProcessImage.program(root, program));
        }
        var nodes = IntStream.range(0, DemoOptions.NODES)
                .mapToObj(number -> NodeSettings.of(nodeName(number), "zone-" + number % 2))
                .toList();
        this.runtime = new LocalRuntime(
                client(),
                RuntimeSettings.of(folder(work), all, nodes)
                        .withEnvironment(Map.of(
                                "KUBECONFIG", kubeconfig().toString(),
                                // Pods share the machine's loopback: each program keeps to its pod's address.
                                "KVP_LISTEN_ADDRESS", "{podIP}",
                                // A dozen JVMs that live for minutes: the optimizing compiler would not earn its time
                                // back.
                                "KVP_JAVA_OPTS", "-XX:TieredStopAtLevel=1")));
        runtime.failure(message -> unsupported.compareAndSet(null, message));
        runtime.start();
        manifests().applyBase();
        manifests()
                .apply(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(NAMESPACE)
                        .endMetadata()
                        .build());
    }

    private static Path folder(Path work) {
        try {
            return Files.createDirectories(work.resolve("pods"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    String example(DemoOptions options) {
        if (options.peers) {
            return "demo-peers-pool.yaml";
        }
        return options.fault == DemoOptions.Fault.kill_node ? "demo-disk-pool.yaml" : "demo-pool.yaml";
    }

    /**
     * What cluster DNS and kube-proxy do together.
     *
     * @throws JedisConnectionException if nobody serves
     */
    @Override
    HostAndPort redis(String service, String node) {
        try {
            var address = runtime.resolve(service + "." + NAMESPACE + ".svc", 6379, node);
            return new HostAndPort(address.getAddress().getHostAddress(), address.getPort());
        } catch (UnreachableException e) {
            throw new JedisConnectionException(e.getMessage(), e);
        }
    }

    @Override
    HostAndPort cacheOf(String node) {
        return redis(DemoPool.NAME, node);
    }

    @Override
    void prepare() {}

    @Override
    void clear() {}

    @Override
    void startEngines() {
        for (int number = 0; number < DemoOptions.NODES; number++) {
            client().resource(engine(number)).create();
        }
    }

    @Override
    void stopEngines() throws InterruptedException {
        var engines = client().pods().inNamespace(NAMESPACE).withLabel("app", DemoPool.ENGINE_LABEL);
        engines.delete();
        await("the engines are gone", () -> engines.list().getItems().isEmpty());
    }

    private static Pod engine(int number) {
        return new PodBuilder()
                .withNewMetadata()
                .withName("engine-" + number)
                .withNamespace(NAMESPACE)
                .addToLabels("app", DemoPool.ENGINE_LABEL)
                .endMetadata()
                .withNewSpec()
                .withNodeName(nodeName(number))
                .addNewContainer()
                .withName("engine")
                .withImage(DemoPool.ENGINE_LABEL)
                .addNewPort()
                .withContainerPort(EngineImage.PORT)
                .withProtocol("TCP")
                .endPort()
                .withNewReadinessProbe()
                .withNewTcpSocket()
                .withPort(new IntOrString(EngineImage.PORT))
                .endTcpSocket()
                .withPeriodSeconds(1)
                .endReadinessProbe()
                .endContainer()
                .endSpec()
                .build();
    }

    @Override
    @Nullable
    String trouble() {
        return unsupported.get();
    }

    @Override
    public void close() {
        runtime.close();
        super.close();
        api.close();
    }
}
