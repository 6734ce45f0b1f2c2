package dev.kvcachepool.e2e.cluster;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/**
 * A real Kubernetes control plane with two fake nodes whose pods become ready at once, one for all tests of a run; built
 * by {@code scripts/kmini}. Each test takes a namespace of its own.
 */
final class RealCluster {
    private static final Path ROOT = Path.of(System.getProperty("kvp.root", ".."));
    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final AtomicInteger NAMESPACES = new AtomicInteger();

    private final Path program;
    private final Path folder;
    private final Process process;
    private final KubernetesClient client;

    private RealCluster(Path program, Path folder, Process process) {
        this.program = program;
        this.folder = folder;
        this.process = process;
        this.client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(kubeconfig().toFile()))
                .build();
    }

    private static final class Holder {
        static final RealCluster ONE = start();
    }

    /** The cluster of this run, started by the first who asks. */
    static RealCluster get() {
        return Holder.ONE;
    }

    private static RealCluster start() {
        try {
            var built =
                    Command.run(List.of(ROOT.resolve("scripts/kmini").toString(), "path"), "", Duration.ofMinutes(40));
            if (built.exit() != 0) {
                throw new IllegalStateException("no control plane could be built: " + built.errors());
            }
            var program = Path.of(built.output().strip());
            var folder = Files.createTempDirectory("kvcachepool-cluster");
            var process = new ProcessBuilder(
                            program.toString(), "up", "-dir", folder.toString(), "-port", Integer.toString(freePorts()))
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("up.log").toFile())
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(process)));
            Awaitility.await("a control plane, see " + folder)
                    .atMost(START_LIMIT)
                    .until(() -> Files.exists(folder.resolve("ready")));
            return new RealCluster(program, folder, process);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void stop(Process process) {
        process.destroy();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }

    /** The first of three ports in a row that nobody listens on just now. */
    private static int freePorts() throws IOException {
        while (true) {
            try (var first = new ServerSocket(0);
                    var _ = new ServerSocket(first.getLocalPort() + 1);
                    var _ = new ServerSocket(first.getLocalPort() + 2)) {
                return first.getLocalPort();
            } catch (IOException | IllegalArgumentException e) {
                // taken, or beyond the last port: try others
            }
        }
    }

    KubernetesClient client() {
        return client;
    }

    /** Of an administrator. */
    Path kubeconfig() {
        return folder.resolve("admin.kubeconfig");
    }

    Path folder() {
        return folder;
    }

    static Path root() {
        return ROOT;
    }

    /** Program and arguments of one of the cluster's processes. */
    List<String> commandOf(String component) throws IOException {
        for (var child : process.children().toList()) {
            var command = Files.readString(Path.of("/proc/" + child.pid() + "/cmdline"), StandardCharsets.UTF_8);
            var words = List.of(command.split("\0"));
            if (words.size() > 1 && words.get(1).equals(component)) {
                return words;
            }
        }
        throw new IllegalStateException("no " + component + " runs; see " + folder);
    }

    /** A namespace of the test's own, in which the restricted Pod Security Standard is enforced. */
    String namespace() {
        var name = "test-" + NAMESPACES.incrementAndGet();
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                        .endMetadata()
                        .build())
                .create();
        return name;
    }

    /** Runs kubectl as an administrator. */
    Command.Result kubectl(String... arguments) {
        return kubectlWith("", arguments);
    }

    /** Runs kubectl as an administrator with text on its standard input. */
    Command.Result kubectlWith(String input, String... arguments) {
        var command = new ArrayList<>(List.of(program.toString(), "kubectl", "--kubeconfig=" + kubeconfig()));
        command.addAll(List.of(arguments));
        return Command.run(command, input, Duration.ofMinutes(1));
    }

    /** A kubeconfig of a ServiceAccount, with what its roles allow and nothing else. */
    Path kubeconfigOf(String namespace, String account) throws IOException {
        var token = kubectl("create", "token", account, "-n", namespace, "--duration=2h")
                .mustSucceed()
                .strip();
        var admin = Files.readString(kubeconfig(), StandardCharsets.UTF_8);
        var user = admin.substring(admin.lastIndexOf("user: {client-certificate"));
        var file = folder.resolve(account + ".kubeconfig");
        Files.writeString(file, admin.replace(user, "user: {token: " + token + "}}]\n"));
        return file;
    }
}
