package dev.kvcachepool.e2e.cluster;

import static dev.kvcachepool.e2e.cluster.PodsScene.CLUSTER;
import static dev.kvcachepool.e2e.cluster.PodsScene.OPERATOR;
import static dev.kvcachepool.e2e.cluster.PodsScene.OPERATOR_NAME;
import static dev.kvcachepool.e2e.cluster.PodsScene.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import redis.clients.jedis.Jedis;

/**
 * Cache-nodes beside engines, on a real kubelet. The engines' stand-in ({@code test-engine.c}) passes on to the sockets that it was
 * given what comes to its port, so that the test speaks from within the engine's container.
 */
@Tag("cluster")
@ExtendWith(PodsScene.Keep.class)
class PodsPlacementsIT {
    private static final int ENGINE_PORT = 8000;
    /** Neither the cache-node's user nor of its group. */
    private static final String ALONE = "runAsUser: 1000, runAsGroup: 1000";

    private static PodsScene restricted;

    @BeforeAll
    static void anOptedInNamespace() {
        restricted = PodsScene.open("test-beside", "restricted");
    }

    @AfterAll
    static void takeAway() {
        restricted.close();
    }

    private static String pool(String name, String placement) {
        return """
                apiVersion: kvcachepool.dev/v1alpha1
                kind: KVCachePool
                metadata: {name: %s}
                spec:
                  models: [{name: small, chunkTokens: 256, hashScheme: lmcache-blake3}]
                  tiers: {host: {size: 64Mi}}
                  adverts: {bootstrapServers: "kafka:9092", replication: 1}
                  router: {replicas: 1, engines: {selector: {matchLabels: {app: engine}}}}
                """.formatted(name) + placement.indent(2);
    }

    /** As its users write it, without anything of the pool's. */
    private static String engine(String name, String user, String volumes) {
        return """
                apiVersion: v1
                kind: Pod
                metadata: {name: %s, labels: {app: engine}}
                spec:
                  enableServiceLinks: false
                  automountServiceAccountToken: false
                  terminationGracePeriodSeconds: 20
                  securityContext: {runAsNonRoot: true, %s, seccompProfile: {type: RuntimeDefault}}
                  containers:
                    - name: engine
                      image: kvcachepool/test-engine:0.1.0-SNAPSHOT
                      args: [/run/kvcachepool/resp.sock, "%d"]
                      readinessProbe: {tcpSocket: {port: %3$d}, periodSeconds: 1}
                      resources: {requests: {cpu: 10m, memory: 16Mi}, limits: {memory: 16Mi}}
                      securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}
                """.formatted(name, user, ENGINE_PORT) + volumes;
    }

    private static void started(PodsScene scene, String pod) {
        scene.kubectl("wait", "--for=condition=Ready", "pod/" + pod, "--timeout=60s")
                .mustSucceed();
    }

    /** Clients that speak from within an engine's container. */
    private static Supplier<Jedis> within(PodsScene scene, String pod) {
        var address = CLUSTER.addressOfPod(scene.namespace(), pod);
        return () -> PodsCluster.jedis(address, ENGINE_PORT);
    }

    private static String injected(PodsScene scene, String engine) {
        return CLUSTER.kubectlWith(
                        engine,
                        "-n",
                        scene.namespace(),
                        "create",
                        "--dry-run=server",
                        "-f",
                        "-",
                        "-o",
                        "jsonpath={.metadata.annotations.kvcachepool\\.dev/injected}")
                .mustSucceed();
    }

    @Test
    void anEnginesPodOfARestrictedNamespaceHasACacheNodeBesideIt() {
        // Given a pool that the webhook knows
        restricted.apply(pool("beside", """
                placement: Sidecar
                engines: {mode: Inject, selector: {matchLabels: {app: engine}}}
                peers: {enabled: true}
                """));
        patiently()
                .untilAsserted(() -> assertThat(injected(restricted, engine("probe", ALONE, "")))
                        .isEqualTo("beside"));

        // When engines' pods are made, then each has a cache-node that runs
        for (var name : List.of("engine-a", "engine-b")) {
            restricted.apply(engine(name, ALONE, ""));
            started(restricted, name);
            assertThat(sidecar(name)).isEqualTo("kvcachepool-cache-node true");
        }
        restricted.ready("beside", 2);

        // And what one engine stores by its socket the other reads by its own
        var chunks = PodsChunks.make();
        chunks.store(within(restricted, "engine-a"));
        restricted.awaitBlocks("beside", PodsChunks.COUNT);
        patiently().untilAsserted(() -> chunks.assertHeld(within(restricted, "engine-b")));

        // And the router knows which cache-node is beside which engine
        patiently().untilAsserted(() -> {
            assertThat(holdersOf("engine-a")).singleElement().asString().endsWith(".engine-a");
            assertThat(holdersOf("engine-b")).singleElement().asString().endsWith(".engine-b");
        });

        // When a pod ends, then its cache-node is known to be gone
        restricted.kubectl("delete", "pod", "engine-a", "--timeout=60s").mustSucceed();
        restricted.awaitServing("beside", List.of("engine-b"));
        restricted.ready("beside", 1);

        withoutOperator();

        // When all ends, then nothing is left
        restricted
                .kubectl("delete", "pods", "-l", "app=engine", "--timeout=60s")
                .mustSucceed();
        restricted.delete("beside");
        restricted.awaitNothingOf("beside");
    }

    /** Ready and the name of the sidecar's container. */
    private static String sidecar(String pod) {
        return restricted
                .kubectl(
                        "get",
                        "pod",
                        pod,
                        "-o",
                        "jsonpath={.status.initContainerStatuses[0].name} {.status.initContainerStatuses[0].started}")
                .mustSucceed();
    }

    private static List<String> holdersOf(String engine) {
        return StreamSupport.stream(restricted.index("beside").get("endpoints").spliterator(), false)
                .filter(endpoint -> endpoint.get("name").textValue().contains(engine))
                .flatMap(
                        endpoint -> StreamSupport.stream(endpoint.get("holders").spliterator(), false))
                .map(holder -> holder.textValue())
                .toList();
    }

    /** Engines' pods are made while no operator answers, only without a cache-node. */
    private static void withoutOperator() {
        CLUSTER.kubectl("-n", OPERATOR, "scale", "deployment", OPERATOR_NAME, "--replicas=0")
                .mustSucceed();
        CLUSTER.kubectl("-n", OPERATOR, "wait", "--for=delete", "pod", "--all", "--timeout=60s");
        restricted.apply(engine("engine-c", ALONE, ""));
        started(restricted, "engine-c");
        assertThat(sidecar("engine-c")).isBlank();
        CLUSTER.kubectl("-n", OPERATOR, "scale", "deployment", OPERATOR_NAME, "--replicas=1")
                .mustSucceed();
        CLUSTER.kubectl("-n", OPERATOR, "rollout", "status", "deployment/" + OPERATOR_NAME, "--timeout=60s")
                .mustSucceed();
    }

    @Test
    void anEngineOfANodeSharesItsCacheNodesSockets() throws Exception {
        try (var scene = PodsScene.open("test-local", "privileged")) {
            // Given a pool with a cache-node a Kubernetes node, and an engine of the sockets' group with their folder
            var folder = CLUSTER.folder("sockets");
            scene.apply(
                    pool("local", "placement: NodeLocal\nprotocols: {local: {hostPath: \"%s\"}}\n".formatted(folder)));
            scene.ready("local", 1);
            scene.apply(engine("engine", "runAsUser: 1000, runAsGroup: 65532", """
                          volumeMounts: [{name: sockets, mountPath: /run/kvcachepool, readOnly: true}]
                      volumes: [{name: sockets, hostPath: {path: "%s", type: Directory}}]
                    """.formatted(folder)));
            started(scene, "engine");
            // When it stores by the socket
            var chunks = PodsChunks.make();
            chunks.store(within(scene, "engine"));
            // Then others read by the Service, and the router knows
            chunks.assertHeld(within(scene, "engine"));
            chunks.assertHeld(scene.clients("local"));
            scene.awaitBlocks("local", PodsChunks.COUNT);
            // When the pool is deleted, then nothing of it is left, in the folder either
            scene.delete("local");
            scene.awaitNothingOf("local");
            assertThat(folder).isEmptyDirectory();
        }
    }
}
