package dev.kvcachepool.e2e.runtime;

import dev.kvcachepool.e2e.kube.KubeApi;
import dev.kvcachepool.e2e.runtime.cluster.PodState;
import dev.kvcachepool.e2e.runtime.container.ProcessImage;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** An API in memory, a runtime of two nodes, and the image {@code web}: a small HTTP server on its pod's address. */
final class RuntimeBench implements AutoCloseable {
    /** What the pods of these tests have in common. */
    static final String POD_SPEC = """
            terminationGracePeriodSeconds: 5
            containers:
            - name: web
              image: web:1
              args: ["--bind", "$(POD_IP)", "8080"]
              workingDir: /data
              env:
              - {name: VERSION, value: "1"}
              - {name: POD_IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
              ports: [{name: http, containerPort: 8080}]
              startupProbe: {httpGet: {path: /, port: http}, periodSeconds: 1, failureThreshold: 30}
              readinessProbe: {httpGet: {path: /, port: http}, periodSeconds: 1}
              volumeMounts: [{name: data, mountPath: /data}]
            volumes: [{name: data, emptyDir: {}}]
            """;

    static final PatchContext JSON_PATCH = PatchContext.of(PatchType.JSON);
    /** Makes VERSION "2" in a workload's template; by a patch, as its controller writes to the same object meanwhile. */
    static final String NEW_VERSION = """
            [{"op": "replace", "path": "/spec/template/spec/containers/0/env/0/value", "value": "2"}]
            """;

    private final KubeApi api = KubeApi.start();
    final KubernetesClient client;
    final LocalRuntime runtime;
    final List<String> unsupported = new CopyOnWriteArrayList<>();

    /** @param pool the third byte of the addresses; tests that run at the same time need different ones */
    RuntimeBench(Path folder, int pool) {
        this.client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(Config.empty())
                        .withMasterUrl(api.url())
                        .withNamespace("demo")
                        .build())
                .build();
        if (client.namespaces().withName("demo").get() == null) {
            client.resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withName("demo")
                            .endMetadata()
                            .build())
                    .create();
        }
        var image = new ProcessImage(List.of("python3", "-m", "http.server"), List.of());
        var shell = new ProcessImage(List.of("bash", "-c"), List.of());
        var settings = RuntimeSettings.of(
                        folder,
                        Map.of("web", image, "shell", shell, "inside", new InsideImage()),
                        List.of(NodeSettings.of("a", "z1"), NodeSettings.of("b", "z2")))
                .withAddresses("127.1." + pool + ".", "127.2." + pool + ".")
                .withFirstRestartDelay(Duration.ofMillis(200));
        this.runtime = new LocalRuntime(client, settings);
        runtime.failure(unsupported::add);
        runtime.start();
    }

    /** Creates an object; {@code POD_SPEC} in the text stands for the pods' spec. */
    HasMetadata create(String yaml) {
        var indented = new StringBuilder();
        for (var line : yaml.lines().toList()) {
            if (line.strip().equals("POD_SPEC")) {
                indented.append(
                        POD_SPEC.indent(line.length() - line.stripLeading().length()));
            } else {
                indented.append(line).append('\n');
            }
        }
        HasMetadata object = client.getKubernetesSerialization().unmarshal(indented.toString());
        return client.resource(object).inNamespace("demo").create();
    }

    List<Pod> pods() {
        return client.pods().inNamespace("demo").list().getItems();
    }

    long readyPods() {
        return pods().stream().filter(PodState::isAvailable).count();
    }

    /** The HTTP status of what answers at an address. */
    static int get(InetSocketAddress address) throws IOException {
        var uri = URI.create("http://" + address.getAddress().getHostAddress() + ":" + address.getPort() + "/");
        var connection = (HttpURLConnection) uri.toURL().openConnection();
        connection.setConnectTimeout(2_000);
        connection.setReadTimeout(2_000);
        try {
            return connection.getResponseCode();
        } finally {
            connection.disconnect();
        }
    }

    /** The processes of this JVM's containers with an argument. */
    static Stream<ProcessHandle> processes(String argument) {
        return ProcessHandle.current()
                .descendants()
                .filter(process -> Stream.of(process.info().arguments().orElse(new String[0]))
                        .anyMatch(argument::equals));
    }

    static ConditionFactory soon() {
        return Awaitility.await().atMost(Duration.ofSeconds(40)).pollInterval(Duration.ofMillis(100));
    }

    @Override
    public void close() {
        runtime.close();
        client.close();
        api.close();
    }
}
