package dev.kvcachepool.kvp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvcachepool.kvp.pool.ApiStandIn;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PoolCommandsTest {
    private static final String POOLS = "/apis/kvcachepool.dev/v1alpha1/namespaces/inference/kvcachepools";
    private static final String POD = """
            {"metadata": {"name": "%s", "uid": "u", "creationTimestamp": "2026-01-01T00:00:00Z"},
             "spec": {"nodeName": "worker-1"},
             "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}],
                        "containerStatuses": [{"name": "cache-node", "restartCount": 2}]}}
            """;
    private static final String POOL = """
            {"apiVersion": "kvcachepool.dev/v1alpha1", "kind": "KVCachePool",
             "metadata": {"name": "shared", "namespace": "inference", "creationTimestamp": "2026-01-01T00:00:00Z"},
             "spec": {"placement": "Pooled", "fromTheFuture": 1},
             "status": {"replicas": 2, "readyReplicas": 1, "capacity": "8Gi", "used": "3Gi", "hitRatio": 64,
               "rollout": {"phase": "Restarting", "current": "shared-1", "reason": "another image"},
               "endpoints": {"resp": "shared.inference.svc:6379"},
               "nodes": [{"name": "shared-0", "phase": "Serving", "kubernetesNode": "worker-1",
                          "tiers": [{"name": "host", "capacity": "4Gi", "used": "3Gi"}]},
                         {"name": "shared-9", "phase": "Silent", "tiers": []}],
               "conditions": [{"type": "Ready", "status": "False", "reason": "NodesNotReady", "message": "1 of 2 serve",
                               "lastTransitionTime": "2026-01-01T00:00:00Z"}]}}
            """;

    @TempDir
    Path folder;

    private ApiStandIn api;

    private record Run(int status, String out, String errors) {}

    @BeforeEach
    void start() {
        api = new ApiStandIn(folder)
                .with(POOLS, "{\"kind\": \"KVCachePoolList\", \"items\": [" + POOL + "]}")
                .with(POOLS + "/shared", POOL)
                .with(
                        "/api/v1/namespaces/inference/pods",
                        "{\"kind\": \"PodList\", \"apiVersion\": \"v1\", \"items\": [" + POD.formatted("shared-0") + ","
                                + POD.formatted("shared-1") + "]}");
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void poolsAreALineEach() {
        // When
        var run = kvp("status");

        // Then
        assertThat(run.status).isZero();
        assertThat(run.out.lines()).hasSize(2);
        assertThat(run.out).containsPattern("inference +shared +False +1/2 +Pooled +8Gi +3Gi +64 +Restarting +\\d+d");
    }

    @Test
    void oneThatIsNotReadyIsExitStatusOne() {
        // When
        var run = kvp("status", "shared");

        // Then
        assertThat(run.status).isOne();
        assertThat(run.out)
                .contains("1/2 ready, Pooled", "3Gi of 8Gi used", "64 %", "Restarting shared-1: another image")
                .contains("resp=shared.inference.svc:6379")
                .containsPattern("Ready +False +\\d+d +NodesNotReady +1 of 2 serve");
    }

    @Test
    void jsonIsTheResourceItself() throws Exception {
        // When
        var run = kvp("status", "shared", "-o", "json");

        // Then also what this program does not know
        assertThat(new ObjectMapper().readTree(run.out)).isEqualTo(new ObjectMapper().readTree(POOL));
    }

    @Test
    void nodesAreShownByAdvertAndByPod() {
        // When
        var run = kvp("nodes", "shared");

        // Then
        assertThat(run.out.lines()).hasSize(4);
        assertThat(run.out)
                .containsPattern("shared-0 +Serving +yes +2 +host 3Gi/4Gi +worker-1 +\\d+d")
                .containsPattern("shared-1 +NotAdvertised +yes +2 +- +worker-1")
                .containsPattern("shared-9 +Silent +no pod +- +- +-");
    }

    @Test
    void aPromptIsAskedOfTheRouterThroughTheApiServer() {
        // Given
        var proxy = "/api/v1/namespaces/inference/services/shared-router:http/proxy/v1/pick";
        api.with(proxy, """
                {"ranked": [{"endpoint": "e1", "node": "shared-1", "estimatedTtftMs": 41.6, "heldBlocks": 14,
                             "totalBlocks": 23, "reason": "holds 14 of 23 blocks"}], "indexReady": true}
                """);

        // When
        var run = kvp("prefixes", "shared", "--model", "llama", "--tokens", "1,2,3", "--salt", "s");

        // Then nothing is counted as sent
        assertThat(run.out).containsPattern("e1 +shared-1 +14 +23 +42 ms +holds 14 of 23 blocks");
        assertThat(api.requests())
                .contains(
                        "POST " + proxy + " {\"model\":\"llama\",\"follow\":false,\"salt\":\"s\",\"tokens\":[1,2,3]}");
    }

    @Test
    void aRouterThatSpeaksTlsIsAskedSo() {
        // Given
        api.with("/apis/kvcachepool.dev/v1alpha1/namespaces/inference/kvcachepools/secure", """
                        {"metadata": {"name": "secure"}, "spec": {"security": {"tls": {"secretRef": {"name": "tls"}}}}}
                        """)
                .with("/api/v1/namespaces/inference/services/https:secure-router:http/proxy/v1/index", """
                        {"ready": true, "blocks": 7, "pairs": 9, "nodes": []}
                        """)
                .with("/apis/kvcachepool.dev/v1alpha1/namespaces/inference/prefixpins", """
                        {"kind": "PrefixPinList", "items": []}
                        """);

        // When, then
        assertThat(kvp("prefixes", "secure").out).contains("7 blocks in 9 places");
    }

    @Test
    void withoutAPromptBlocksAndPinsAreShown() {
        // Given
        api.with("/api/v1/namespaces/inference/services/shared-router:http/proxy/v1/index", """
                        {"ready": true, "blocks": 7, "pairs": 9,
                         "nodes": [{"id": "shared-0", "state": "serving", "liveness": "fresh", "blocks": 9,
                                    "models": [{"name": "llama"}]}]}
                        """)
                .with("/apis/kvcachepool.dev/v1alpha1/namespaces/inference/prefixpins", """
                        {"kind": "PrefixPinList", "items": [
                          {"metadata": {"name": "agent"}, "spec": {"pools": ["shared"], "model": "llama", "mode": "Pin"},
                           "status": {"conditions": [{"type": "Ready", "status": "True", "message": "all of it"}]}},
                          {"metadata": {"name": "of-others"}, "spec": {"pools": ["other"]}}]}
                        """);

        // When
        var run = kvp("prefixes", "shared");

        // Then
        assertThat(run.out)
                .contains("7 blocks in 9 places")
                .containsPattern("shared-0 +serving +fresh +9 +llama")
                .containsPattern("agent +Pin +llama +True +all of it")
                .doesNotContain("of-others");
    }

    private void withSidecars() {
        api.with(POOLS + "/beside", """
                        {"metadata": {"name": "beside", "uid": "p"}, "spec": {"placement": "Sidecar"},
                         "status": {"replicas": 2, "readyReplicas": 1, "nodes": [
                           {"name": "engine-0", "phase": "Serving",
                            "tiers": [{"name": "host", "capacity": "4Gi", "used": "3Gi"}]}]}}
                        """)
                .with("/api/v1/namespaces/inference/pods", "{\"items\": []}")
                .with("/api/v1/namespaces/inference/pods?labelSelector=kvcachepool.dev/sidecar-of=beside", """
                        {"items": [
                          {"metadata": {"name": "engine-0", "uid": "e0", "creationTimestamp": "2026-01-01T00:00:00Z"},
                           "spec": {"nodeName": "worker-1", "containers": [{"name": "vllm"}, {"name": "metrics"}]},
                           "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "False"}],
                             "containerStatuses": [{"name": "vllm", "restartCount": 7}],
                             "initContainerStatuses": [{"name": "kvcachepool-cache-node", "ready": true, "restartCount": 1}]}},
                          {"metadata": {"name": "engine-1", "uid": "e1",
                                        "annotations": {"kvcachepool.dev/engine-container": "decode, prefill"}},
                           "spec": {"containers": [{"name": "proxy"}]},
                           "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}],
                             "initContainerStatuses": [{"name": "kvcachepool-cache-node", "ready": false}]}},
                          {"metadata": {"name": "job-0", "uid": "j0"}, "status": {"phase": "Succeeded"}}]}
                        """);
    }

    @Test
    void nodesInEnginesPodsAreShownWithTheirEngines() {
        // Given
        withSidecars();

        // When
        var run = kvp("nodes", "beside");

        // Then ready and restarts are the sidecar's, not the pod's
        assertThat(run.out.lines()).hasSize(3);
        assertThat(run.out)
                .contains("ENGINE'S POD")
                .containsPattern("engine-0 +vllm +Serving +yes +1 +host 3Gi/4Gi +worker-1 +\\d+d")
                .containsPattern("engine-1 +decode, prefill +NotAdvertised +no +0 +- +-");
        assertThat(complete("drain", "beside", "engine-")).containsExactly("engine-0", "engine-1", ":4");
    }

    @Test
    void anEnginesPodIsEvictedOnlyIfThatIsSaid() {
        // Given
        withSidecars();
        var eviction = "/api/v1/namespaces/inference/pods/engine-0/eviction";
        api.with(eviction, "{\"kind\": \"Status\", \"status\": \"Success\"}");

        // When
        var refused = kvp("drain", "beside", "engine-0", "--no-wait");
        // Then
        assertThat(refused.status).isOne();
        assertThat(refused.errors).contains("part of an engine's pod (container vllm)", "--with-engine");
        assertThat(api.requests()).noneMatch(request -> request.startsWith("POST"));

        // When
        var evicted = kvp("drain", "beside", "engine-0", "--no-wait", "--with-engine");

        // Then
        assertThat(evicted.out).contains("evicted the engine's pod engine-0 (container vllm) with its cache-node");
        assertThat(api.requests()).anyMatch(request -> request.startsWith("POST " + eviction));
    }

    @Test
    void noEngineIsRestarted() {
        // Given
        withSidecars();

        // When
        var run = kvp("restart", "beside");

        // Then
        assertThat(run.status).isOne();
        assertThat(run.errors).contains("in engines' pods", "kubectl rollout restart");
        assertThat(api.requests()).allMatch(request -> request.startsWith("GET"));
    }

    @Test
    void withEngineIsRefusedWhereNodesHavePodsOfTheirOwn() {
        // When
        var run = kvp("drain", "shared", "shared-0", "--with-engine");

        // Then
        assertThat(run.status).isEqualTo(2);
        assertThat(run.errors).contains("--with-engine is for placement Sidecar");
    }

    @Test
    void aPoolIsAskedToRestartWithAllThatItHas() {
        // When
        var run = kvp("restart", "shared", "--no-wait");

        // Then also what this program does not know
        assertThat(run.out).contains("asked the operator to restart 2 cache-nodes of shared");
        assertThat(api.requests())
                .filteredOn(request -> request.startsWith("PUT " + POOLS + "/shared "))
                .singleElement()
                .asString()
                .contains("\"kvcachepool.dev/restart\":\"20", "\"fromTheFuture\":1");
    }

    @Test
    void mistakesAreOneLine() {
        for (var wrong : List.of(
                List.of("prefixes", "shared", "--model", "llama"),
                List.of("prefixes", "shared", "--tokens", "1"),
                List.of("status", "shared", "-A"),
                List.of("status", "--kubeconfig", "/nowhere"),
                List.of("restart", "shared", "--timeout", "forever"),
                List.of("nodes"))) {
            // When
            var run = kvp(wrong.toArray(String[]::new));

            // Then
            assertThat(run.status).as(wrong + run.errors).isEqualTo(2);
            assertThat(run.errors.lines()).hasSize(1);
        }
    }

    @Test
    void whatIsNotThereIsSaidWithWhatIs() {
        // When
        var noPool = kvp("nodes", "nobody");
        var noNode = kvp("drain", "shared", "shared-7");
        api.close();
        var noServer = kvp("status");

        // Then
        assertThat(noPool.status).isOne();
        assertThat(noPool.errors).contains("no KVCachePool nobody in namespace inference");
        assertThat(noNode.errors).contains("shared-7 is no cache-node of shared, which has shared-0, shared-1");
        assertThat(noServer.errors).contains("the API server at http://127.0.0.1:", "does not answer");
        assertThat(noServer.errors.lines()).hasSize(1);
    }

    @Test
    void wordsAreCompleted() {
        // When
        var commands = complete("d");
        var flags = complete("nodes", "--name");
        var pools = complete("nodes", "");
        var nodes = complete("drain", "shared", "shared-");
        var nothing = complete("nodes", "shared", "");

        // Then
        assertThat(commands).containsExactly("drain", ":4");
        assertThat(flags).containsExactly("--namespace", ":4");
        assertThat(pools).containsExactly("shared", ":4");
        assertThat(nodes).containsExactly("shared-0", "shared-1", ":4");
        assertThat(nothing.getLast()).isEqualTo(":4");
    }

    /** With the cluster named as a user would: before the word that is completed. */
    private List<String> complete(String... words) {
        var all = new ArrayList<>(List.of("__complete", "--"));
        all.addAll(List.of(words));
        if (words.length > 1) {
            all.addAll(3, List.of("--kubeconfig", api.kubeconfig().toString()));
        }
        return run(all).out.lines().toList();
    }

    private Run kvp(String... words) {
        var all = new ArrayList<>(List.of(words));
        if (!all.contains("--kubeconfig")) {
            all.addAll(List.of("--kubeconfig", api.kubeconfig().toString()));
        }
        return run(all);
    }

    private static Run run(List<String> words) {
        var out = new StringWriter();
        var errors = new StringWriter();
        int status =
                Kvp.run(Map.of(), new PrintWriter(out), new PrintWriter(errors, true), words.toArray(String[]::new));
        return new Run(status, out.toString(), errors.toString());
    }
}
