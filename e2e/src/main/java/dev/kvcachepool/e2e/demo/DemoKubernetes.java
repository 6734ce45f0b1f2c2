package dev.kvcachepool.e2e.demo;

import dev.kvcachepool.crds.KVCachePool;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
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
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;

/** Kubernetes as the demo uses it, with {@link DemoOptions#NODES} places for an engine and its cache-node. */
abstract class DemoKubernetes implements AutoCloseable {
    static final String NAMESPACE = "demo";
    static final String SYSTEM = "kvcachepool-system";
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

    private final Path kubeconfig;
    private final KubernetesClient client;
    private final Manifests manifests;
    private final Duration patience;

    /**
     * Of whom a kubeconfig names.
     *
     * @param root the project's folder
     * @param broker where pools find the demo's broker, host:port
     * @param patience how long anything may take
     */
    DemoKubernetes(Path kubeconfig, Path root, String broker, Duration patience) {
        this.kubeconfig = kubeconfig;
        this.client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(kubeconfig.toFile()))
                .build();
        this.manifests = new Manifests(client, root, broker);
        this.patience = patience;
    }

    /** The pool that engines use, one of {@code manifests/examples}. */
    abstract String example(DemoOptions options);

    /** Where a Service leads a Redis client on {@code node} now. */
    abstract HostAndPort redis(String service, String node);

    /** The cache-node of an engine's place. */
    abstract HostAndPort cacheOf(String node);

    /** What is there before a pool can be ready, once it is applied. */
    abstract void prepare() throws InterruptedException;

    /** One fresh engine at each place. */
    abstract void startEngines();

    /** Ends those, and waits for it. */
    abstract void stopEngines() throws InterruptedException;

    /** What {@link #prepare} has made is taken away. */
    abstract void clear() throws InterruptedException;

    /** Why waiting is of no use; null while there is hope. */
    @Nullable
    String trouble() {
        return null;
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
        clear();
        client.resources(KVCachePool.class).inNamespace(NAMESPACE).delete();
        await(
                "the pools' children and pods are gone",
                () -> children().isEmpty() && pods(NAMESPACE).isEmpty());
    }

    /**
     * Waits until {@code condition} holds.
     *
     * @throws IllegalStateException naming {@code what} if it does not in time, or the field that the runtime lacks
     */
    void await(String what, BooleanSupplier condition) throws InterruptedException {
        var deadline = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            var missing = trouble();
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
        client.close();
    }
}
