package dev.kvcachepool.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.StreamSupport;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import redis.clients.jedis.Jedis;

/** A namespace of the cluster with a broker, where pools are applied, and the operator as its chart installs it. */
final class PodsScene implements AutoCloseable {
    static final PodsCluster CLUSTER = new PodsCluster();
    static final String OPERATOR = "kvcachepool-system";
    static final String OPERATOR_NAME = "kvcachepool-operator";
    /** All that the operator makes for a pool, and what controllers make of that. */
    private static final String CHILDREN =
            "pods,statefulsets,daemonsets,deployments,replicasets,services,endpointslices,"
                    + "configmaps,serviceaccounts,poddisruptionbudgets,roles,rolebindings,persistentvolumeclaims";

    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private final String namespace;

    private PodsScene(String namespace) {
        this.namespace = namespace;
    }

    /**
     * Sets it up.
     *
     * @param standard of Pod Security, which the namespace's pods are held to
     * @param values of the chart, as {@code name=value}
     */
    static PodsScene open(String namespace, String standard, String... values) {
        CLUSTER.kubectl("delete", "namespace", namespace, "--ignore-not-found", "--timeout=120s")
                .mustSucceed();
        var scene = new PodsScene(namespace);
        makeNamespace(OPERATOR, "pod-security.kubernetes.io/enforce=restricted");
        makeNamespace(namespace, "pod-security.kubernetes.io/enforce=" + standard, "kvcachepool.dev/injection=enabled");
        scene.applyFile("broker.yaml");
        install(values);
        scene.rolledOut("deployment/kafka");
        return scene;
    }

    private static void makeNamespace(String name, String... labels) {
        if (CLUSTER.kubectl("get", "namespace", name).exit() != 0) {
            CLUSTER.kubectl("create", "namespace", name).mustSucceed();
        }
        for (var label : labels) {
            CLUSTER.kubectl("label", "namespace", name, "--overwrite", label).mustSucceed();
        }
    }

    private static void install(String... values) {
        var arguments = new ArrayList<>(List.of(
                "upgrade",
                "--install",
                OPERATOR_NAME,
                PackageTools.chart().toString(),
                "-n",
                OPERATOR,
                "--set",
                "fullnameOverride=" + OPERATOR_NAME,
                "--wait",
                "--timeout=50s"));
        for (var value : values) {
            arguments.addAll(List.of("--set", value));
        }
        PackageTools.helmAt(CLUSTER.kubeconfig(), arguments.toArray(String[]::new))
                .mustSucceed();
    }

    /** Takes the operator away as its users do: the release, then what it leaves on purpose. */
    static void uninstall() {
        PackageTools.helmAt(
                        CLUSTER.kubeconfig(),
                        "uninstall",
                        OPERATOR_NAME,
                        "-n",
                        OPERATOR,
                        "--ignore-not-found",
                        "--wait")
                .mustSucceed();
        CLUSTER.kubectl(
                        "delete",
                        "crd",
                        "kvcachepools.kvcachepool.dev",
                        "prefixpins.kvcachepool.dev",
                        "--ignore-not-found",
                        "--timeout=60s")
                .mustSucceed();
        CLUSTER.kubectl("delete", "namespace", OPERATOR, "--ignore-not-found", "--timeout=120s")
                .mustSucceed();
    }

    static ConditionFactory patiently() {
        return await().atMost(PATIENCE).pollInterval(Duration.ofMillis(250));
    }

    String namespace() {
        return namespace;
    }

    /** kubectl in the namespace. */
    Command.Result kubectl(String... arguments) {
        var all = new ArrayList<>(List.of("-n", namespace));
        all.addAll(List.of(arguments));
        return CLUSTER.kubectl(all.toArray(String[]::new));
    }

    /** Applies a file of the tests. */
    void applyFile(String name) {
        var file = CLUSTER.root().resolve("e2e/src/test/resources/cluster").resolve(name);
        kubectl("apply", "-f", file.toString()).mustSucceed();
    }

    void apply(String yaml) {
        CLUSTER.kubectlWith(yaml, "-n", namespace, "apply", "-f", "-").mustSucceed();
    }

    void rolledOut(String workload) {
        kubectl("rollout", "status", workload, "--timeout=120s").mustSucceed();
    }

    void delete(String pool) {
        kubectl("delete", "kvcachepool", pool, "--timeout=120s").mustSucceed();
    }

    /** Clients of a pool's Service as it is now. */
    Supplier<Jedis> clients(String pool) {
        var address = CLUSTER.addressOf(namespace, pool);
        return () -> PodsCluster.jedis(address, PodsCluster.RESP);
    }

    /** Waits until the pool says of its present spec that so many nodes serve. */
    void ready(String pool, int nodes) {
        patiently().untilAsserted(() -> {
            var said = kubectl(
                            "get",
                            "kvcachepool",
                            pool,
                            "-o",
                            "jsonpath={.metadata.generation} {.status.observedGeneration}"
                                    + " {.status.readyReplicas} {.status.conditions[?(@.type=='Ready')].status}")
                    .mustSucceed()
                    .split(" ");
            assertThat(said).hasSize(4);
            assertThat(said[1]).isEqualTo(said[0]);
            assertThat(said[2]).isEqualTo(Integer.toString(nodes));
            assertThat(said[3]).isEqualTo("True");
        });
    }

    void awaitCondition(String pool, String type, String status) {
        patiently()
                .untilAsserted(() -> assertThat(kubectl(
                                        "get",
                                        "kvcachepool",
                                        pool,
                                        "-o",
                                        "jsonpath={.status.conditions[?(@.type=='%s')].status}".formatted(type))
                                .mustSucceed())
                        .isEqualTo(status));
    }

    /** What a pool's router knows. */
    JsonNode index(String pool) {
        var tls = kubectl("get", "kvcachepool", pool, "-o", "jsonpath={.spec.security.tls}")
                .mustSucceed();
        var router = CLUSTER.addressOf(namespace, pool + "-router") + ":8080";
        return CLUSTER.get((tls.isEmpty() ? "http://" : "https://") + router, "/v1/index");
    }

    void awaitBlocks(String pool, int blocks) {
        patiently()
                .untilAsserted(
                        () -> assertThat(index(pool).get("blocks").intValue()).isEqualTo(blocks));
    }

    /** Waits until the router knows these pods as serving, and no others. */
    void awaitServing(String pool, List<String> pods) {
        patiently()
                .untilAsserted(() -> assertThat(
                                StreamSupport.stream(index(pool).get("holders").spliterator(), false)
                                        .filter(holder ->
                                                holder.get("state").textValue().equals("serving"))
                                        .map(holder -> holder.get("pod").textValue()))
                        .containsExactlyInAnyOrderElementsOf(pods));
    }

    /** Something of each of a pool's pods, by a path of JSON. */
    List<String> ofPods(String pool, String path) {
        return ofPodsWith("app.kubernetes.io/instance=" + pool, path);
    }

    /** The same of cache-nodes alone. */
    List<String> ofNodes(String pool, String path) {
        return ofPodsWith("app.kubernetes.io/component=cache-node,app.kubernetes.io/instance=" + pool, path);
    }

    private List<String> ofPodsWith(String labels, String path) {
        return List.of(kubectl("get", "pods", "-l", labels, "-o", "jsonpath=" + path)
                .mustSucceed()
                .split(" "));
    }

    /** Waits until nothing is left that the operator made for a pool. */
    void awaitNothingOf(String pool) {
        patiently()
                .untilAsserted(() -> assertThat(
                                kubectl("get", CHILDREN, "-l", "app.kubernetes.io/instance=" + pool, "-o", "name")
                                        .mustSucceed())
                        .isEmpty());
    }

    /** Takes the namespace away; the operator stays for whoever comes next. */
    @Override
    public void close() {
        CLUSTER.kubectl("delete", "namespace", namespace, "--ignore-not-found", "--timeout=120s");
    }

    /** Keeps what tells why a test failed, before its end takes it away. */
    static final class Keep implements TestExecutionExceptionHandler, LifecycleMethodExecutionExceptionHandler {
        @Override
        public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
            keep(failure);
        }

        @Override
        public void handleBeforeAllMethodExecutionException(ExtensionContext context, Throwable failure)
                throws Throwable {
            keep(failure);
        }

        private static void keep(Throwable failure) throws Throwable {
            System.out.println("failed, see " + CLUSTER.keep());
            throw failure;
        }
    }
}
