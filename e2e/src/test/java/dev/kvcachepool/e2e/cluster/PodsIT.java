package dev.kvcachepool.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * The operator and a pool as a user installs them, with the project's images in containers of a real kubelet: restricted
 * pods with a read-only root, probes, DNS, Services, memory limits and signals are the real ones.
 */
@Tag("cluster")
@ExtendWith(PodsIT.Keep.class)
class PodsIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int CHUNKS = 64;
    private static final int CHUNK_BYTES = 64 << 10;
    private static final String OPERATOR = "kvcachepool-system";
    private static final String NAMESPACE = "test-pods";
    /** All that the operator makes for a pool, and what controllers make of that. */
    private static final String CHILDREN =
            "pods,statefulsets,daemonsets,deployments,replicasets,services,endpointslices,"
                    + "configmaps,serviceaccounts,poddisruptionbudgets,roles,rolebindings,persistentvolumeclaims";

    private static final String IMAGE = "kvcachepool/cache-node:0.1.0-SNAPSHOT";
    private static final String NEXT_IMAGE = "kvcachepool/cache-node:next";

    private static final PodsCluster CLUSTER = new PodsCluster();

    /** Keeps what tells why a test failed, before its end takes it away. */
    static final class Keep implements TestExecutionExceptionHandler, LifecycleMethodExecutionExceptionHandler {
        @Override
        public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
            keep(failure);
        }

        @Override
        public void handleBeforeEachMethodExecutionException(ExtensionContext context, Throwable failure)
                throws Throwable {
            keep(failure);
        }

        private static void keep(Throwable failure) throws Throwable {
            System.out.println("failed, see " + CLUSTER.keep(List.of(OPERATOR, NAMESPACE, "kube-system")));
            throw failure;
        }
    }

    @BeforeEach
    void theOperatorAndABroker() {
        CLUSTER.kubectl(
                        "apply",
                        "-k",
                        CLUSTER.root().resolve("manifests/kustomize/base").toString())
                .mustSucceed();
        CLUSTER.kubectl("create", "namespace", NAMESPACE).mustSucceed();
        CLUSTER.kubectl("label", "namespace", NAMESPACE, "pod-security.kubernetes.io/enforce=restricted")
                .mustSucceed();
        apply("broker.yaml");
        rolledOut(OPERATOR, "deployment/kvcachepool-operator");
        rolledOut(NAMESPACE, "deployment/kafka");
    }

    @AfterEach
    void nothingStays() {
        CLUSTER.kubectl("delete", "namespace", NAMESPACE, "--ignore-not-found", "--timeout=120s");
        CLUSTER.kubectl(
                "delete",
                "-k",
                CLUSTER.root().resolve("manifests/kustomize/base").toString(),
                "--ignore-not-found",
                "--timeout=120s");
    }

    private static void apply(String name) {
        var file = CLUSTER.root().resolve("e2e/src/test/resources/cluster").resolve(name);
        CLUSTER.kubectl("-n", NAMESPACE, "apply", "-f", file.toString()).mustSucceed();
    }

    private static void rolledOut(String namespace, String workload) {
        CLUSTER.kubectl("-n", namespace, "rollout", "status", workload, "--timeout=120s")
                .mustSucceed();
    }

    @Test
    void aPoolServesGrowsShrinksAndLeavesNothing() {
        // Given a pool of two
        apply("pool.yaml");
        ready(2);
        var router = CLUSTER.addressOf(NAMESPACE, "pool-router");
        var seed = System.nanoTime();
        System.out.println("seed " + seed);
        var values = values(new Random(seed));

        // When chunks are stored through its Service, then they are read there and the router knows them
        store(values);
        assertHeld(values);
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(index(router).get("blocks").intValue()).isEqualTo(CHUNKS));

        // And the operator, from another namespace, finds the broker by the name that the pool's pods know it by
        condition("AdvertsPublishing", "True");
        condition("Degraded", "False");

        // When it grows, then the third node serves and nothing is lost
        scale(3);
        ready(3);
        awaitServing(router, List.of("pool-0", "pool-1", "pool-2"));
        assertHeld(values);

        // When it shrinks, then the third hands over what it has and is gone
        scale(2);
        ready(2);
        awaitServing(router, List.of("pool-0", "pool-1"));
        assertHeld(values);
        assertThat(restarts()).containsOnly("0");

        // When a node's process is killed, then it is back in its pod with what it held
        CLUSTER.kill(NAMESPACE, "pool-0");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(restarts()).contains("1"));
        await().atMost(PATIENCE).untilAsserted(() -> assertHeld(values));

        rollUnderLoad(values);

        // When it is deleted, then nothing of it is left
        CLUSTER.kubectl("-n", NAMESPACE, "delete", "kvcachepool", "pool", "--timeout=120s")
                .mustSucceed();
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(children("app.kubernetes.io/instance=pool")).isEmpty());

        // When the operator is deleted, then nothing of that is left, either
        nothingStays();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(CLUSTER.kubectl(
                                        "get",
                                        "namespaces,customresourcedefinitions,clusterroles,clusterrolebindings",
                                        "-o",
                                        "name")
                                .mustSucceed()
                                .lines())
                        .noneMatch(name -> name.contains("kvcachepool") || name.endsWith("/" + NAMESPACE)));
    }

    private static void rollUnderLoad(List<byte[]> values) {
        // Given another image of the nodes, and a client that reads
        CLUSTER.tag("docker.io/" + IMAGE, "docker.io/" + NEXT_IMAGE);
        var before = uids();
        var load = new ReadLoad(() -> CLUSTER.jedis(NAMESPACE, "pool"), PodsIT::key, values);
        try (load) {
            // When the pool gets it
            CLUSTER.kubectl(
                            "-n",
                            NAMESPACE,
                            "patch",
                            "kvcachepool",
                            "pool",
                            "--type=merge",
                            "-p",
                            "{\"spec\":{\"image\":\"" + NEXT_IMAGE + "\"}}")
                    .mustSucceed();
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(images()).containsOnly(NEXT_IMAGE));
            ready(2);
        }
        // Then its containers were restarted where they are, and clients that connect anew have noticed nothing
        System.out.println("rolled under load: " + load);
        assertThat(uids()).isEqualTo(before);
        assertHeld(values);
        assertThat(load.wrong()).isZero();
        assertThat(load.failed()).as(load.toString()).isZero();
        assertThat(load.hitRatio()).as(load.toString()).isGreaterThan(.9);
    }

    private static List<String> uids() {
        return ofNodes("{.items[*].metadata.uid}");
    }

    private static List<String> images() {
        return ofNodes("{.items[*].spec.containers[*].image}");
    }

    private static List<String> ofNodes(String path) {
        return ofPods("app.kubernetes.io/instance=pool,app.kubernetes.io/component=cache-node", path);
    }

    private static List<String> ofPods(String labels, String path) {
        return List.of(CLUSTER.kubectl("-n", NAMESPACE, "get", "pods", "-l", labels, "-o", "jsonpath=" + path)
                .mustSucceed()
                .split(" "));
    }

    private static List<byte[]> values(Random random) {
        var values = new ArrayList<byte[]>();
        for (var number = 0; number < CHUNKS; number++) {
            var value = new byte[CHUNK_BYTES];
            random.nextBytes(value);
            values.add(value);
        }
        return values;
    }

    private static byte[] key(int number) {
        return "small@01000100@0@%08x%056d"
                .formatted(number * 0x9E3779B9, number)
                .getBytes(StandardCharsets.UTF_8);
    }

    private static void store(List<byte[]> values) {
        try (var jedis = CLUSTER.jedis(NAMESPACE, "pool")) {
            for (var number = 0; number < values.size(); number++) {
                assertThat(jedis.set(key(number), values.get(number))).isEqualTo("OK");
            }
        }
    }

    private static void assertHeld(List<byte[]> values) {
        try (var jedis = CLUSTER.jedis(NAMESPACE, "pool")) {
            for (var number = 0; number < values.size(); number++) {
                assertThat(Arrays.equals(jedis.get(key(number)), values.get(number)))
                        .as("chunk %d is there", number)
                        .isTrue();
            }
        }
    }

    private static void scale(int replicas) {
        CLUSTER.kubectl("-n", NAMESPACE, "scale", "kvcachepool", "pool", "--replicas=" + replicas)
                .mustSucceed();
    }

    /** Waits until the pool says of its present spec that so many nodes serve. */
    private static void ready(int nodes) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            var said = CLUSTER.kubectl(
                            "-n",
                            NAMESPACE,
                            "get",
                            "kvcachepool",
                            "pool",
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

    private static void condition(String type, String status) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(CLUSTER.kubectl(
                                        "-n",
                                        NAMESPACE,
                                        "get",
                                        "kvcachepool",
                                        "pool",
                                        "-o",
                                        "jsonpath={.status.conditions[?(@.type=='%s')].status}".formatted(type))
                                .mustSucceed())
                        .isEqualTo(status));
    }

    private static JsonNode index(String router) {
        return CLUSTER.get(router, 8080, "/v1/index");
    }

    private static void awaitServing(String router, List<String> pods) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(StreamSupport.stream(
                                        index(router).get("holders").spliterator(), false)
                                .filter(holder ->
                                        holder.get("state").textValue().equals("serving"))
                                .map(holder -> holder.get("pod").textValue()))
                        .containsExactlyInAnyOrderElementsOf(pods));
    }

    /** Of each container of the pool. */
    private static List<String> restarts() {
        return ofPods("app.kubernetes.io/instance=pool", "{.items[*].status.containerStatuses[*].restartCount}");
    }

    private static List<String> children(String labels) {
        return CLUSTER.kubectl("-n", NAMESPACE, "get", CHILDREN, "-l", labels, "-o", "name")
                .mustSucceed()
                .lines()
                .toList();
    }
}
