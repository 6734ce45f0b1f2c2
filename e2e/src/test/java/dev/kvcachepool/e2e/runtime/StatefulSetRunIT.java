package dev.kvcachepool.e2e.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.e2e.runtime.cluster.PodState;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatefulSetRunIT {
    @TempDir
    private Path folder;

    private RuntimeBench bench;

    @BeforeEach
    void givenThreeOrderedPodsBehindServices() {
        bench = new RuntimeBench(folder, 41);
        bench.create("""
                apiVersion: v1
                kind: Service
                metadata: {name: web-nodes}
                spec:
                  clusterIP: None
                  selector: {app: web}
                  ports: [{name: http, port: 8080}]
                """);
        bench.create("""
                apiVersion: v1
                kind: Service
                metadata: {name: web}
                spec:
                  selector: {app: web}
                  ports: [{name: http, port: 80, targetPort: http}]
                """);
        bench.create("""
                apiVersion: policy/v1
                kind: PodDisruptionBudget
                metadata: {name: web}
                spec:
                  maxUnavailable: 1
                  selector: {matchLabels: {app: web}}
                """);
        bench.create("""
                apiVersion: apps/v1
                kind: StatefulSet
                metadata: {name: web}
                spec:
                  replicas: 3
                  serviceName: web-nodes
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec:
                      POD_SPEC
                """);
        RuntimeBench.soon().until(() -> bench.readyPods() == 3);
    }

    @AfterEach
    void tearDown() {
        bench.close();
        assertThat(RuntimeBench.processes("http.server")).isEmpty();
    }

    private static String readySince(Pod pod) {
        return PodState.condition(pod, "Ready").orElseThrow().getLastTransitionTime();
    }

    private Pod pod(int ordinal) {
        return bench.client
                .pods()
                .inNamespace("demo")
                .withName("web-" + ordinal)
                .get();
    }

    @Test
    void pods_come_one_after_the_other_and_are_reached_by_name_and_address() throws IOException {
        assertThat(pod(1).getMetadata().getCreationTimestamp()).isGreaterThanOrEqualTo(readySince(pod(0)));
        assertThat(pod(2).getMetadata().getCreationTimestamp()).isGreaterThanOrEqualTo(readySince(pod(1)));
        assertThat(PodState.label(pod(2), "apps.kubernetes.io/pod-index")).isEqualTo("2");

        var named = bench.runtime.resolve("web-1.web-nodes.demo.svc.cluster.local", 8080, "a");
        var clusterIp = bench.client
                .services()
                .inNamespace("demo")
                .withName("web")
                .get()
                .getSpec()
                .getClusterIP();

        assertThat(named.getAddress().getHostAddress())
                .isEqualTo(pod(1).getStatus().getPodIP());
        assertThat(RuntimeBench.get(named)).isEqualTo(200);
        assertThat(RuntimeBench.get(bench.runtime.resolve("web.demo.svc", 80, "a")))
                .isEqualTo(200);
        assertThat(RuntimeBench.get(new InetSocketAddress(clusterIp, 80))).isEqualTo(200);
        RuntimeBench.soon()
                .until(() -> bench.client
                                .policy()
                                .v1()
                                .podDisruptionBudget()
                                .inNamespace("demo")
                                .withName("web")
                                .get()
                                .getStatus()
                                .getDisruptionsAllowed()
                        == 1);
        assertThat(bench.unsupported).isEmpty();
    }

    @Test
    void a_new_template_rolls_one_pod_at_a_time() {
        var fewest = new AtomicLong(3);

        bench.client
                .apps()
                .statefulSets()
                .inNamespace("demo")
                .withName("web")
                .patch(RuntimeBench.JSON_PATCH, RuntimeBench.NEW_VERSION);

        RuntimeBench.soon().until(() -> {
            fewest.accumulateAndGet(bench.readyPods(), Math::min);
            var status = bench.client
                    .apps()
                    .statefulSets()
                    .inNamespace("demo")
                    .withName("web")
                    .get()
                    .getStatus();
            return status.getUpdatedReplicas() == 3
                    && status.getReadyReplicas() == 3
                    && status.getCurrentRevision().equals(status.getUpdateRevision());
        });
        assertThat(fewest).hasValue(2);
        assertThat(bench.pods())
                .allSatisfy(pod -> assertThat(pod.getSpec()
                                .getContainers()
                                .getFirst()
                                .getEnv()
                                .getFirst()
                                .getValue())
                        .isEqualTo("2"));
    }

    @Test
    void a_killed_process_is_started_again_in_its_pod() {
        var uid = pod(0).getMetadata().getUid();

        RuntimeBench.processes(pod(0).getStatus().getPodIP()).forEach(ProcessHandle::destroyForcibly);

        RuntimeBench.soon()
                .until(() -> PodState.isReady(pod(0))
                        && pod(0).getStatus().getContainerStatuses().getFirst().getRestartCount() == 1);
        assertThat(pod(0).getMetadata().getUid()).isEqualTo(uid);
        assertThat(pod(0).getStatus()
                        .getContainerStatuses()
                        .getFirst()
                        .getLastState()
                        .getTerminated()
                        .getExitCode())
                .isEqualTo(137);
    }

    @Test
    void scaling_down_keeps_the_lowest_and_deletion_leaves_nothing() {
        var set = bench.client.apps().statefulSets().inNamespace("demo").withName("web");

        set.scale(1);

        RuntimeBench.soon().until(() -> bench.pods().size() == 1);
        assertThat(bench.pods().getFirst().getMetadata().getName()).isEqualTo("web-0");
        set.delete();
        RuntimeBench.soon().until(() -> bench.pods().isEmpty());
        assertThat(RuntimeBench.processes("http.server")).isEmpty();
    }
}
