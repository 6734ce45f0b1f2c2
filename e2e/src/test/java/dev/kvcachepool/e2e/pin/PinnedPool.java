package dev.kvcachepool.e2e.pin;

import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.crds.PrefixPin;
import dev.kvcachepool.e2e.ApiContents;
import dev.kvcachepool.e2e.Fixture;
import dev.kvcachepool.e2e.kube.KubeApi;
import dev.kvcachepool.e2e.process.Program;
import dev.kvcachepool.e2e.runtime.LocalRuntime;
import dev.kvcachepool.e2e.runtime.NodeSettings;
import dev.kvcachepool.e2e.runtime.RuntimeSettings;
import dev.kvcachepool.e2e.runtime.container.ContainerImage;
import dev.kvcachepool.e2e.runtime.container.ProcessImage;
import dev.kvcachepool.e2e.runtime.proxy.UnreachableException;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import redis.clients.jedis.HostAndPort;

/** The API in memory, an operator, and pods of cache-nodes and routers as processes. */
final class PinnedPool implements AutoCloseable {
    static final String NAMESPACE = "pins";
    private static final String SYSTEM = "kvcachepool-system";

    private final KubeApi api = KubeApi.start();
    private final KubernetesClient client;
    private final LocalRuntime runtime;
    private final Program operator;

    /** Starts all of it and waits until the operator acts. */
    PinnedPool() throws IOException {
        var work = Fixture.work("pins-cluster");
        var kubeconfig = api.writeKubeconfig(work);
        this.client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(kubeconfig.toFile()))
                .build();
        ApiContents.install(client, SYSTEM, NAMESPACE);
        this.runtime = new LocalRuntime(client, settings(work, kubeconfig));
        runtime.start();
        this.operator = Program.start(
                Fixture.ROOT,
                "operator",
                List.of("--http-port", "0", "--listen-address", "127.0.0.1", "--lease-namespace", SYSTEM),
                Map.of("KUBECONFIG", kubeconfig.toString()),
                work.resolve("operator.log"));
        var _ = operator.await();
    }

    private static RuntimeSettings settings(Path work, Path kubeconfig) throws IOException {
        var images = new HashMap<String, ContainerImage>();
        for (var program : List.of("cache-node", "router")) {
            images.put("kvcachepool/" + program, ProcessImage.program(Fixture.ROOT, program));
        }
        return RuntimeSettings.of(
                        Files.createDirectories(work.resolve("pods")),
                        images,
                        List.of(NodeSettings.of("node-0", "zone-0")))
                .withAddresses("127.0.61.", "127.0.71.")
                .withEnvironment(Map.of(
                        "KUBECONFIG", kubeconfig.toString(),
                        "KVP_LISTEN_ADDRESS", "{podIP}",
                        "KVP_JAVA_OPTS", "-XX:TieredStopAtLevel=1"));
    }

    void create(String pool) {
        var _ = client.resource(client.getKubernetesSerialization().unmarshal(pool, KVCachePool.class))
                .create();
    }

    void pin(String pin) {
        var _ = client.resource(client.getKubernetesSerialization().unmarshal(pin, PrefixPin.class))
                .create();
    }

    void delete(String pin) {
        var _ = client.resources(PrefixPin.class)
                .inNamespace(NAMESPACE)
                .withName(pin)
                .delete();
    }

    Optional<PrefixPin> get(String pin) {
        return Optional.ofNullable(client.resources(PrefixPin.class)
                .inNamespace(NAMESPACE)
                .withName(pin)
                .get());
    }

    /** Where a Service leads now. */
    HostAndPort service(String name) throws UnreachableException {
        var address = runtime.resolve(name + "." + NAMESPACE + ".svc", 6379, "node-0");
        return new HostAndPort(address.getAddress().getHostAddress(), address.getPort());
    }

    @Override
    public void close() {
        operator.kill();
        runtime.close();
        client.close();
        api.close();
    }
}
