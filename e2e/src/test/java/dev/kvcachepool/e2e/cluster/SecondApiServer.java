package dev.kvcachepool.e2e.cluster;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/**
 * One more API server with the flags of the cluster's own, on the same etcd: a test can kill it and start it again while the
 * cluster's controllers, and the test, use the other. One that was started again knows nothing of what was before, so that
 * watches which go on from there are refused as too old.
 */
final class SecondApiServer implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final RealCluster cluster;
    private final List<String> command;
    private final int port;
    private final Path log;
    private Process process;

    private SecondApiServer(RealCluster cluster, List<String> command, int port, Path log) throws IOException {
        this.cluster = cluster;
        this.command = command;
        this.port = port;
        this.log = log;
        this.process = launched();
    }

    /** Starts one and waits until it answers; {@code flags} are added to those of the first. */
    static SecondApiServer start(RealCluster cluster, String name, String... flags) {
        try {
            int port = freePort();
            var command = new ArrayList<String>();
            for (var argument : cluster.commandOf("apiserver")) {
                command.add(argument.startsWith("--secure-port=") ? "--secure-port=" + port : argument);
            }
            command.addAll(List.of(flags));
            var server =
                    new SecondApiServer(cluster, command, port, cluster.folder().resolve(name + ".log"));
            server.awaitReady();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (var free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }

    private Process launched() throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    private void awaitReady() {
        try (var client = client()) {
            Awaitility.await("an API server, see " + log)
                    .atMost(START_LIMIT)
                    .ignoreExceptionsInstanceOf(KubernetesClientException.class)
                    .until(() -> "ok".equals(client.raw("/readyz")));
        }
    }

    /** Of an administrator. */
    private KubernetesClient client() {
        var config = Config.fromKubeconfig(cluster.kubeconfig().toFile());
        config.setMasterUrl("https://127.0.0.1:" + port);
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    /** A copy of a kubeconfig of the cluster that leads here. */
    Path kubeconfig(Path original) throws IOException {
        var text = Files.readString(original, StandardCharsets.UTF_8)
                .replaceFirst("https://127\\.0\\.0\\.1:[0-9]+", "https://127.0.0.1:" + port);
        var file = Files.createTempFile(cluster.folder(), "second", ".kubeconfig");
        return Files.writeString(file, text);
    }

    /** Ends it as a power cut would. */
    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** Starts it again on its port. */
    void startAgain() throws IOException {
        process = launched();
        awaitReady();
    }

    @Override
    public void close() {
        kill();
    }
}
