package dev.kvcachepool.e2e.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvcachepool.e2e.runtime.kubelet.AnyServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import redis.clients.jedis.Jedis;

/**
 * The cluster that {@code scripts/cluster} has started on this machine: one node whose pods run. The addresses of its pods
 * and Services are reached from here.
 */
final class PodsCluster {
    private static final ObjectMapper JSON = new ObjectMapper();
    static final int RESP = 6379;
    static final int TIMEOUT_MILLIS = 10_000;

    private final Path root = Path.of(System.getProperty("kvp.root", ".."));
    private final Path state = root.resolve("target/cluster");
    /** Believes any certificate: it dials addresses, which are in none. */
    private final HttpClient http =
            HttpClient.newBuilder().sslContext(AnyServer.context()).build();

    /** @throws IllegalStateException if it isn't up */
    PodsCluster() {
        if (!Files.exists(state.resolve("kubeconfig"))) {
            throw new IllegalStateException("the cluster isn't up; run: make test-cluster");
        }
    }

    Path root() {
        return root;
    }

    /** An administrator's. */
    Path kubeconfig() {
        return state.resolve("kubeconfig");
    }

    /** A folder of the machine that pods can be given; anybody may write to it. */
    Path folder(String name) {
        try {
            var folder = Files.createDirectories(state.resolve("folders").resolve(name));
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
            return folder.toRealPath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends the control plane or the kubelet and starts it anew; what they have stored stays. */
    void restart(String name) {
        Command.run(List.of(root.resolve("scripts/cluster").toString(), "restart", name), "", Duration.ofMinutes(2))
                .mustSucceed();
    }

    /** Runs kubectl as an administrator. */
    Command.Result kubectl(String... arguments) {
        return kubectlWith("", arguments);
    }

    /** The same with an input. */
    Command.Result kubectlWith(String input, String... arguments) {
        var command =
                new ArrayList<>(List.of(state.resolve("kmini").toString(), "kubectl", "--kubeconfig=" + kubeconfig()));
        command.addAll(List.of(arguments));
        return Command.run(command, input, Duration.ofMinutes(3));
    }

    /** The address of a Service within the cluster. */
    String addressOf(String namespace, String service) {
        return kubectl("-n", namespace, "get", "service", service, "-o", "jsonpath={.spec.clusterIP}")
                .mustSucceed();
    }

    /** The address of a pod. */
    String addressOfPod(String namespace, String pod) {
        return kubectl("-n", namespace, "get", "pod", pod, "-o", "jsonpath={.status.podIP}")
                .mustSucceed();
    }

    /** A client of RESP. */
    static Jedis jedis(String address, int port) {
        return new Jedis(address, port, TIMEOUT_MILLIS);
    }

    /** The JSON that a server answers with, of which {@code http://host:port} or {@code https://host:port} is given. */
    JsonNode get(String server, String path) {
        try {
            var request = HttpRequest.newBuilder(URI.create(server + path))
                    .timeout(Duration.ofMillis(TIMEOUT_MILLIS))
                    .build();
            return JSON.readTree(
                    http.send(request, HttpResponse.BodyHandlers.ofString()).body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Ends the process of a pod's one container as the kernel does when memory is short. */
    void kill(String namespace, String pod) {
        var id = kubectl(
                        "-n", namespace, "get", "pod", pod, "-o", "jsonpath={.status.containerStatuses[0].containerID}")
                .mustSucceed();
        ctr("task", "kill", "-s", "SIGKILL", id.substring(id.lastIndexOf('/') + 1));
    }

    /** Gives an image of the node another name besides. */
    void tag(String image, String name) {
        ctr("images", "tag", "--force", image, name);
    }

    private void ctr(String... arguments) {
        var command = new ArrayList<>(
                List.of("ctr", "-a", state.resolve("run/containerd.sock").toString(), "-n", "k8s.io"));
        command.addAll(List.of(arguments));
        Command.run(command, "", Duration.ofSeconds(30)).mustSucceed();
    }

    /** Keeps what tells why a test failed: objects, events and logs; returns where. */
    Path keep() {
        var namespaces = kubectl("get", "namespaces", "-o", "name")
                .output()
                .lines()
                .map(name -> name.substring(name.indexOf('/') + 1))
                .toList();
        try {
            var folder = Files.createDirectories(
                    state.resolve("failed-" + Instant.now().getEpochSecond()));
            for (var namespace : namespaces) {
                write(folder, namespace + "-events", "-n", namespace, "get", "events", "--sort-by=.lastTimestamp");
                write(folder, namespace + "-pods", "-n", namespace, "describe", "pods");
                write(folder, namespace + "-pools", "-n", namespace, "get", "kvcachepools", "-o", "yaml");
                var pods = kubectl("-n", namespace, "get", "pods", "-o", "name").output();
                for (var pod : pods.lines().toList()) {
                    var file = namespace + "-" + pod.substring(pod.indexOf('/') + 1);
                    write(folder, file, "-n", namespace, "logs", "--all-containers", pod);
                    write(folder, file + "-before", "-n", namespace, "logs", "--all-containers", "--previous", pod);
                }
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(Path folder, String name, String... arguments) throws IOException {
        var result = kubectl(arguments);
        Files.writeString(folder.resolve(name + ".txt"), result.output() + result.errors());
    }
}
