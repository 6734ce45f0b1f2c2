package dev.kvcachepool.e2e.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.e2e.runtime.cluster.PodState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.dsl.PodResource;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainersRunIT {
    @TempDir
    private Path folder;

    private RuntimeBench bench;

    @BeforeEach
    void start() {
        bench = new RuntimeBench(folder, 43);
    }

    @AfterEach
    void stop() {
        bench.close();
        assertThat(bench.unsupported).isEmpty();
    }

    private PodResource pod() {
        return bench.client.pods().inNamespace("demo").withName("p");
    }

    private static ContainerStatus status(Pod pod) {
        return pod.getStatus().getContainerStatuses().getFirst();
    }

    private static boolean restarted(Pod pod, int times) {
        return pod.getStatus() != null
                && !pod.getStatus().getContainerStatuses().isEmpty()
                && status(pod).getRestartCount() >= times;
    }

    private Path log(String container) {
        return folder.resolve("logs").resolve("demo.p." + container + ".log");
    }

    @Test
    void an_init_container_runs_first_and_mounted_files_are_found_by_their_paths() {
        bench.create("""
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: config}
                data: {greeting: hello}
                """);
        bench.create("""
                apiVersion: v1
                kind: Pod
                metadata: {name: p}
                spec:
                  initContainers:
                  - name: copy
                    image: shell
                    args: ['cp "$FROM" "$TO"']
                    env: [{name: FROM, value: /config/greeting}, {name: TO, value: /data/copy}]
                    volumeMounts: [{name: config, mountPath: /config}, {name: data, mountPath: /data}]
                  containers:
                  - name: main
                    image: shell
                    args: ['cat "$TO"; exec sleep 1000']
                    env: [{name: TO, value: /data/copy}]
                    readinessProbe: {exec: {command: [test, -f, /data/copy]}, periodSeconds: 1}
                    volumeMounts: [{name: data, mountPath: /data}]
                  volumes:
                  - {name: config, configMap: {name: config}}
                  - {name: data, emptyDir: {}}
                """);

        RuntimeBench.soon().until(() -> PodState.isReady(pod().get()));

        assertThat(log("main")).hasContent("hello");
        assertThat(pod().get()
                        .getStatus()
                        .getInitContainerStatuses()
                        .getFirst()
                        .getState()
                        .getTerminated()
                        .getReason())
                .isEqualTo("Completed");
    }

    @Test
    void a_container_that_keeps_failing_is_in_a_crash_loop() {
        bench.create("""
                apiVersion: v1
                kind: Pod
                metadata: {name: p}
                spec: {containers: [{name: c, image: shell, args: [exit 3]}]}
                """);

        RuntimeBench.soon()
                .until(() -> restarted(pod().get(), 2)
                        && status(pod().get()).getState().getWaiting() != null
                        && "CrashLoopBackOff"
                                .equals(status(pod().get())
                                        .getState()
                                        .getWaiting()
                                        .getReason()));

        assertThat(status(pod().get()).getLastState().getTerminated().getExitCode())
                .isEqualTo(3);
    }

    @Test
    void a_container_whose_liveness_probe_fails_is_restarted_with_events_about_it() {
        bench.create("""
                apiVersion: v1
                kind: Pod
                metadata: {name: p}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                  - name: c
                    image: shell
                    args: [exec sleep 1000]
                    livenessProbe: {tcpSocket: {port: 1}, periodSeconds: 1, failureThreshold: 1}
                """);

        RuntimeBench.soon().until(() -> restarted(pod().get(), 1));

        assertThat(bench.client.v1().events().inNamespace("demo").list().getItems())
                .extracting(event -> event.getReason())
                .contains("Scheduled", "Pulled", "Started", "Unhealthy", "Killing");
    }

    @Test
    void a_deleted_pod_runs_its_hook_is_asked_to_end_and_leaves_nothing() {
        bench.create("""
                apiVersion: v1
                kind: Pod
                metadata: {name: p}
                spec:
                  terminationGracePeriodSeconds: 20
                  containers:
                  - name: c
                    image: shell
                    args: ["trap 'echo asked; exit 0' TERM; echo up; while :; do sleep 0.1; done"]
                    lifecycle: {preStop: {exec: {command: [echo, hooked]}}}
                    volumeMounts: [{name: data, mountPath: /data}]
                  volumes: [{name: data, emptyDir: {}}]
                """);
        RuntimeBench.soon().untilAsserted(() -> assertThat(log("c")).hasContent("up"));

        var _ = pod().delete();

        RuntimeBench.soon().until(() -> pod().get() == null);
        assertThat(log("c")).hasContent("up\nhooked\nasked");
        assertThat(folder.resolve("pods")).isEmptyDirectory();
    }

    @Test
    void a_container_that_does_not_end_in_time_is_killed() {
        bench.create("""
                apiVersion: v1
                kind: Pod
                metadata: {name: p}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers: [{name: c, image: shell, args: ["trap '' TERM; echo up; while :; do sleep 0.1; done"]}]
                """);
        RuntimeBench.soon().untilAsserted(() -> assertThat(log("c")).hasContent("up"));

        var _ = pod().delete();

        RuntimeBench.soon().until(() -> pod().get() == null);
        assertThat(RuntimeBench.processes("-c")).isEmpty();
    }

    @Test
    void a_container_may_be_an_object_of_this_jvm() {
        bench.create("""
                apiVersion: v1
                kind: Pod
                metadata: {name: p}
                spec: {containers: [{name: c, image: inside}]}
                """);
        RuntimeBench.soon().until(() -> PodState.isReady(pod().get()));

        var _ = pod().delete();

        RuntimeBench.soon().until(() -> pod().get() == null);
    }
}
