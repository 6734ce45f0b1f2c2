package dev.kvcachepool.e2e.outage;

import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.e2e.ApiContents;
import dev.kvcachepool.e2e.Fixture;
import dev.kvcachepool.e2e.kube.KubeApi;
import dev.kvcachepool.e2e.process.Program;
import dev.kvcachepool.e2e.runtime.LocalRuntime;
import dev.kvcachepool.e2e.runtime.NodeSettings;
import dev.kvcachepool.e2e.runtime.RuntimeSettings;
import dev.kvcachepool.e2e.runtime.container.ProcessImage;
import dev.kvcachepool.e2e.runtime.proxy.UnreachableException;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** The API in memory, pods as processes, and an operator that reaches the API through a gate. */
final class Cluster implements AutoCloseable {
    static final String NAMESPACE = "outage";
    private static final String SYSTEM = "kvcachepool-system";

    private final KubeApi api = KubeApi.start();
    private final TcpGate gate;
    private final KubernetesClient client;
    private final LocalRuntime runtime;
    private final Program operator;

    /** Starts all of it and waits until the operator acts. */
    Cluster() throws IOException {
        var work = Fixture.work("outage-cluster");
        this.client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(api.writeKubeconfig(work).toFile()))
                .build();
        var url = URI.create(api.url());
        this.gate = new TcpGate(new InetSocketAddress(url.getHost(), url.getPort()));
        var through = work.resolve("through-the-gate");
        Files.writeString(
                through,
                Files.readString(work.resolve("kubeconfig")).replace(api.url(), "http://127.0.0.1:" + gate.port()));
        ApiContents.install(client, SYSTEM, NAMESPACE);
        this.runtime = new LocalRuntime(client, settings(work));
        runtime.start();
        this.operator = Program.start(
                Fixture.ROOT,
                "operator",
                List.of("--http-port", "0", "--listen-address", "127.0.0.1", "--lease-namespace", SYSTEM),
                Map.of("KUBECONFIG", through.toString()),
                work.resolve("operator.log"));
        var _ = operator.await();
    }

    private static RuntimeSettings settings(Path work) throws IOException {
        var pods = Files.createDirectories(work.resolve("pods"));
        var image = ProcessImage.program(Fixture.ROOT, "cache-node");
        var nodes = List.of(NodeSettings.of("node-0", "zone-0"), NodeSettings.of("node-1", "zone-1"));
        return RuntimeSettings.of(pods, Map.of("kvcachepool/cache-node", image), nodes)
                .withAddresses("127.0.60.", "127.0.70.")
                .withEnvironment(Map.of(
                        "KVP_LISTEN_ADDRESS", "{podIP}",
                        "KVP_JAVA_OPTS", "-XX:TieredStopAtLevel=1"));
    }

    TcpGate gate() {
        return gate;
    }

    Program operator() {
        return operator;
    }

    void createPool(String yaml) {
        var _ = client.resource(client.getKubernetesSerialization().unmarshal(yaml, KVCachePool.class))
                .create();
    }

    void scale(String pool, int replicas) {
        var _ = client.resources(KVCachePool.class)
                .inNamespace(NAMESPACE)
                .withName(pool)
                .scale(replicas);
    }

    /** Replicas of the pool's StatefulSet that are ready; 0 where it is not there. */
    int ready(String pool) {
        return client.apps().statefulSets().inNamespace(NAMESPACE).list().getItems().stream()
                .filter(set -> pool.equals(set.getMetadata().getLabels().get("app.kubernetes.io/instance")))
                .mapToInt(set -> set.getStatus() == null || set.getStatus().getReadyReplicas() == null
                        ? 0
                        : set.getStatus().getReadyReplicas())
                .sum();
    }

    /** Where the pool's Service leads now. */
    HostAndPort service(String pool) {
        try {
            var address = runtime.resolve(pool + "." + NAMESPACE + ".svc", 6379, "node-0");
            return new HostAndPort(address.getAddress().getHostAddress(), address.getPort());
        } catch (UnreachableException e) {
            throw new JedisConnectionException(e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        operator.kill();
        runtime.close();
        gate.close();
        client.close();
        api.close();
    }
}
