package dev.kvcachepool.e2e.demo;

import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.e2e.kube.KubeApi;
import dev.kvcachepool.e2e.runtime.LocalRuntime;
import dev.kvcachepool.e2e.runtime.NodeSettings;
import dev.kvcachepool.e2e.runtime.RuntimeSettings;
import dev.kvcachepool.e2e.runtime.container.ContainerImage;
import dev.kvcachepool.e2e.runtime.container.ProcessImage;
import dev.kvcachepool.e2e.runtime.proxy.UnreachableException;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * Kubernetes on this machine: the API in memory, the local runtime with {@link DemoOptions#NODES} nodes, and the operator
 * as {@code manifests/kustomize/base} installs it.
 */
final class DemoKubernetes implements AutoCloseable {
    static final String NAMESPACE = "demo";
    private static final String SYSTEM = "kvcachepool-system";
    private static final List<Class<? extends HasMetadata>> CHILD_KINDS = List.of(
            StatefulSet.class,
            DaemonSet.class,
            Deployment.class,
            Service.class,
            ConfigMap.class,
            ServiceAccount.class,
            PodDisruptionBudget.class,
            Role.class,
            RoleBinding.class);
    private static final long WAIT_NANOS = 90_000_000_000L;

    private final Path kubeconfig;
    private final KubeApi api;
    private final KubernetesClient client;
    private final LocalRuntime runtime;
    private final Manifests manifests;
    private final AtomicReference<@Nullable String> unsupported = new AtomicReference<>();

    /**
     * Starts everything; the operator comes up by itself.
     *
     * @param root the project's folder
     * @param work an empty folder for volumes and logs
     * @param images further images by name
     */
    DemoKubernetes(Path root, Path work, Map<String, ContainerImage> images) {
        this.api = KubeApi.start();
        this.kubeconfig = api.writeKubeconfig(work);
        this.client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(kubeconfig.toFile()))
                .build();
        this.manifests = new Manifests(client, root);
        var all = new HashMap<>(images);
        for (var program : List.of("cache-node", "router", "operator")) {
            all.put("kvcachepool/" + program, ProcessImage.program(root, program));
        }
        var nodes = IntStream.range(0, DemoOptions.NODES)
                .mapToObj(number -> NodeSettings.of(nodeName(number), "zone-" + number % 2))
                .toList();
        this.runtime = new LocalRuntime(
                client,
                RuntimeSettings.of(folder(work), all, nodes)
                        .withEnvironment(Map.of(
                                "KUBECONFIG", kubeconfig.toString(),
                                // Pods share the machine's loopback: each program keeps to its pod's address.
                                "KVP_LISTEN_ADDRESS", "{podIP}",
                                // A dozen JVMs that live for minutes: the optimizing compiler would not earn its time
                                // back.
                                "KVP_JAVA_OPTS", "-XX:TieredStopAtLevel=1")));
        runtime.failure(message -> unsupported.compareAndSet(null, message));
        runtime.start();
        manifests.applyBase();
        manifests.apply(new NamespaceBuilder()
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

    static String nodeName(int number) {
        return "node-" + number;
    }

    KubernetesClient client() {
        return client;
    }

    Manifests manifests() {
        return manifests;
    }

    Path kubeconfig() {
        return kubeconfig;
    }

    /** Waits until the operator serves. */
    void awaitOperator() throws InterruptedException {
        await("the operator serves", () -> pods(SYSTEM).stream().anyMatch(DemoKubernetes::isReady));
    }

    List<Pod> pods(String namespace) {
        return client.pods().inNamespace(namespace).list().getItems();
    }

    static boolean isReady(Pod pod) {
        return pod.getStatus() != null
                && pod.getStatus().getConditions().stream()
                        .anyMatch(condition -> condition.getType().equals("Ready")
                                && condition.getStatus().equals("True"));
    }

    KVCachePool pool(String name) {
        return client.resources(KVCachePool.class)
                .inNamespace(NAMESPACE)
                .withName(name)
                .require();
    }

    /** Whether a condition of the pool is True for its newest specification. */
    boolean is(String name, String condition) {
        var pool = pool(name);
        return pool.getStatus() != null
                && pool.getStatus().conditions().stream()
                        .anyMatch(each -> each.getType().equals(condition)
                                && each.getStatus().equals("True")
                                && each.getObservedGeneration()
                                        .equals(pool.getMetadata().getGeneration()));
    }

    /** How many objects the operator keeps for a pool; pods and what other controllers make are not among them. */
    int childrenOf(String pool) {
        return children().stream()
                .filter(child -> pool.equals(child.getMetadata().getLabels().get("app.kubernetes.io/instance")))
                .toList()
                .size();
    }

    private List<HasMetadata> children() {
        return CHILD_KINDS.stream()
                .flatMap(kind -> client.resources(kind).inNamespace(NAMESPACE).list().getItems().stream())
                .map(HasMetadata.class::cast)
                .filter(child -> child.getMetadata().getLabels() != null
                        && "kvcachepool-operator"
                                .equals(child.getMetadata().getLabels().get("app.kubernetes.io/managed-by")))
                .toList();
    }

    /** Deletes every pool and waits until nothing of them is left. */
    void deletePools() throws InterruptedException {
        client.resources(KVCachePool.class).inNamespace(NAMESPACE).delete();
        await(
                "the pools' children and pods are gone",
                () -> children().isEmpty() && pods(NAMESPACE).isEmpty());
    }

    /** Where a Service leads a client on {@code node} now: what cluster DNS and kube-proxy do together. */
    InetSocketAddress resolve(String service, int port, String node) {
        return runtime.resolve(service + "." + NAMESPACE + ".svc", port, node);
    }

    /**
     * The same for a Redis client.
     *
     * @throws JedisConnectionException if nobody serves
     */
    HostAndPort redis(String service, String node) {
        try {
            var address = resolve(service, 6379, node);
            return new HostAndPort(address.getAddress().getHostAddress(), address.getPort());
        } catch (UnreachableException e) {
            throw new JedisConnectionException(e.getMessage(), e);
        }
    }

    /**
     * Waits until {@code condition} holds.
     *
     * @throws IllegalStateException naming {@code what} if it does not in time, or the field that the runtime lacks
     */
    void await(String what, BooleanSupplier condition) throws InterruptedException {
        var deadline = System.nanoTime() + WAIT_NANOS;
        while (!condition.getAsBoolean()) {
            var missing = unsupported.get();
            if (missing != null) {
                throw new IllegalStateException(missing);
            }
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("waited in vain until " + what);
            }
            Thread.sleep(50);
        }
    }

    @Override
    public void close() {
        runtime.close();
        client.close();
        api.close();
    }
}
