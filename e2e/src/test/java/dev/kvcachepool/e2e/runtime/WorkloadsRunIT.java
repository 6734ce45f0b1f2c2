package dev.kvcachepool.e2e.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvcachepool.e2e.runtime.cluster.PodState;
import dev.kvcachepool.e2e.runtime.proxy.UnreachableException;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkloadsRunIT {
    @TempDir
    private Path folder;

    private RuntimeBench bench;

    @BeforeEach
    void start() {
        bench = new RuntimeBench(folder, 42);
    }

    @AfterEach
    void stop() {
        bench.close();
        assertThat(RuntimeBench.processes("http.server")).isEmpty();
    }

    @Test
    void a_daemon_set_runs_on_every_node_and_a_local_service_stays_on_the_callers() throws IOException {
        // Given
        bench.create("""
                apiVersion: v1
                kind: Service
                metadata: {name: web}
                spec:
                  internalTrafficPolicy: Local
                  selector: {app: web}
                  ports: [{port: 80, targetPort: 8080}]
                """);
        bench.create("""
                apiVersion: apps/v1
                kind: DaemonSet
                metadata: {name: web}
                spec:
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec:
                      POD_SPEC
                """);
        RuntimeBench.soon().until(() -> bench.readyPods() == 2);

        // When
        RuntimeBench.soon()
                .ignoreException(UnreachableException.class)
                .until(() -> RuntimeBench.get(bench.runtime.resolve("web.demo.svc", 80, "a")) == 200);

        // Then
        var onB = bench.pods().stream()
                .filter(pod -> pod.getSpec().getNodeName().equals("b"))
                .findFirst()
                .orElseThrow();
        assertThat(bench.runtime.resolve("web.demo.svc", 80, "b").getHostString())
                .isEqualTo(onB.getStatus().getPodIP());
        assertThatThrownBy(() -> bench.runtime.resolve("web.demo.svc", 80, "c"))
                .hasMessageContaining("has no ready endpoint for port 80 on node c");
        bench.client
                .apps()
                .daemonSets()
                .inNamespace("demo")
                .withName("web")
                .patch(RuntimeBench.JSON_PATCH, RuntimeBench.NEW_VERSION);
        RuntimeBench.soon().until(() -> {
            var status = bench.client
                    .apps()
                    .daemonSets()
                    .inNamespace("demo")
                    .withName("web")
                    .get()
                    .getStatus();
            return Objects.equals(status.getUpdatedNumberScheduled(), 2) && Objects.equals(status.getNumberReady(), 2);
        });
        bench.client.apps().daemonSets().inNamespace("demo").withName("web").delete();
        RuntimeBench.soon().until(() -> bench.pods().isEmpty());
        assertThat(bench.unsupported).isEmpty();
    }

    @Test
    void a_deployment_rolls_without_losing_a_pod() {
        // Given
        bench.create("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web}
                spec:
                  replicas: 2
                  selector: {matchLabels: {app: web}}
                  strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}
                  template:
                    metadata: {labels: {app: web}}
                    spec:
                      POD_SPEC
                """);
        RuntimeBench.soon().until(() -> bench.readyPods() == 2);
        var deployment = bench.client.apps().deployments().inNamespace("demo").withName("web");
        var fewest = new AtomicLong(2);

        // When
        deployment.patch(RuntimeBench.JSON_PATCH, RuntimeBench.NEW_VERSION);

        // Then
        RuntimeBench.soon().until(() -> {
            fewest.accumulateAndGet(bench.readyPods(), Math::min);
            return deployment.get().getStatus().getConditions().stream()
                            .anyMatch(condition -> "NewReplicaSetAvailable".equals(condition.getReason()))
                    && bench.pods().stream()
                            .allMatch(pod -> pod.getSpec()
                                    .getContainers()
                                    .getFirst()
                                    .getEnv()
                                    .getFirst()
                                    .getValue()
                                    .equals("2"));
        });
        assertThat(fewest).hasValue(2);
        deployment.delete();
        RuntimeBench.soon().until(() -> bench.pods().isEmpty());
        assertThat(bench.unsupported).isEmpty();
    }

    @Test
    void a_container_waits_for_its_config_map_and_says_so() {
        // Given
        bench.create("""
                apiVersion: v1
                kind: Pod
                metadata: {name: waits}
                spec:
                  containers:
                  - name: web
                    image: web
                    args: ["--bind", "127.0.0.1", "0"]
                    envFrom: [{configMapRef: {name: later}}]
                """);
        var pod = bench.client.pods().inNamespace("demo").withName("waits");
        RuntimeBench.soon()
                .until(() -> waiting(pod.get()).equals("CreateContainerConfigError: configmap \"later\" not found"));

        // When
        bench.create("""
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: later}
                data: {A: b}
                """);

        // Then
        RuntimeBench.soon().until(() -> PodState.isReady(pod.get()));
    }

    @Test
    void an_unknown_image_and_a_pod_that_fits_nowhere_are_explained_on_the_pod() {
        bench.create("""
                apiVersion: v1
                kind: Pod
                metadata: {name: unknown}
                spec: {containers: [{name: c, image: "example/other:1"}]}
                """);
        bench.create("""
                apiVersion: v1
                kind: Pod
                metadata: {name: nowhere}
                spec: {nodeSelector: {gpu: "yes"}, containers: [{name: c, image: web}]}
                """);

        RuntimeBench.soon()
                .until(() -> waiting(bench.client
                                .pods()
                                .inNamespace("demo")
                                .withName("unknown")
                                .get())
                        .startsWith("ErrImagePull: image \"example/other:1\""));
        RuntimeBench.soon()
                .until(() -> PodState.condition(
                                bench.client
                                        .pods()
                                        .inNamespace("demo")
                                        .withName("nowhere")
                                        .get(),
                                "PodScheduled")
                        .filter(condition -> "Unschedulable".equals(condition.getReason()))
                        .isPresent());
    }

    @Test
    void a_field_that_is_not_implemented_is_reported_and_nothing_is_started() {
        bench.create("""
                apiVersion: v1
                kind: Pod
                metadata: {name: strict}
                spec:
                  containers:
                  - {name: c, image: web, lifecycle: {postStart: {exec: {command: ["true"]}}}}
                """);

        RuntimeBench.soon().until(() -> !bench.unsupported.isEmpty());

        assertThat(bench.unsupported)
                .containsOnly("Pod demo/strict: spec.containers[0].lifecycle.postStart is not implemented by the local"
                        + " runtime");
        assertThat(RuntimeBench.processes("http.server")).isEmpty();
    }

    private static String waiting(Pod pod) {
        if (pod.getStatus() == null || pod.getStatus().getContainerStatuses().isEmpty()) {
            return "";
        }
        var waiting =
                pod.getStatus().getContainerStatuses().getFirst().getState().getWaiting();
        return waiting == null ? "" : waiting.getReason() + ": " + waiting.getMessage();
    }
}
