package dev.kvcachepool.e2e.gateway;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A stock Envoy in front of engines, whose endpoint picker a router is: it sends each request where the picker says (balancer
 * {@code override_host}, as Istio and Envoy Gateway have it), and round robin where it fails open without one.
 */
public final class EnvoyGateway implements AutoCloseable {
    private static final String PROGRAM = "target/python/bin/envoy";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern LISTENER = Pattern.compile("gateway::(\\S+)");

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final Path folder;
    private String url = "";

    /**
     * How it is set up.
     *
     * @param root the project's folder
     * @param folder an empty one, for its configuration and log
     * @param picker {@code host:port} of the router's ext_proc, in plain text
     * @param failOpen whether requests go on while the picker is away
     * @param engines {@code host:port} of each
     */
    public record Setup(Path root, Path folder, String picker, boolean failOpen, List<String> engines) {}

    private EnvoyGateway(Process process, Path folder) {
        this.process = process;
        this.folder = folder;
    }

    /** What there is to do before one can be started; empty if nothing. */
    public static Optional<String> missing(Path root) {
        return Files.isExecutable(root.resolve(PROGRAM))
                ? Optional.empty()
                : Optional.of("Envoy is not installed: run make tools, which fetches it");
    }

    /** Starts one on free ports, and waits until it serves and has seen its picker. */
    public static EnvoyGateway start(Setup setup) throws InterruptedException {
        Process process;
        try {
            var config = Files.writeString(setup.folder.resolve("envoy.yaml"), EnvoyConfig.of(setup));
            process = new ProcessBuilder(
                            setup.root.resolve(PROGRAM).toAbsolutePath().toString(),
                            "--config-path",
                            config.toString(),
                            "--admin-address-path",
                            setup.folder.resolve("admin").toString(),
                            "--disable-hot-restart",
                            "--concurrency",
                            "1",
                            "--log-level",
                            "warn")
                    .redirectErrorStream(true)
                    .redirectOutput(setup.folder.resolve("log").toFile())
                    .start();
        } catch (IOException e) {
            throw new IllegalStateException("Envoy can't be started: " + e.getMessage(), e);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        var envoy = new EnvoyGateway(process, setup.folder);
        envoy.await("listens", envoy::listens);
        envoy.awaitPicker(true);
        return envoy;
    }

    /** {@code http://host:port}. */
    public String url() {
        return url;
    }

    /** Waits until its health checks of the picker say so. */
    public void awaitPicker(boolean serves) throws InterruptedException {
        await(
                serves ? "sees its picker" : "sees its picker gone",
                () -> get("/clusters")
                        .lines()
                        .anyMatch(line -> line.startsWith("picker::")
                                && line.contains("::health_flags::")
                                && line.endsWith("::healthy") == serves));
    }

    private boolean listens() throws IOException, InterruptedException {
        var listener = LISTENER.matcher(get("/listeners"));
        if (!get("/ready").startsWith("LIVE") || !listener.find()) {
            return false;
        }
        url = "http://" + listener.group(1);
        return true;
    }

    private String get(String path) throws IOException, InterruptedException {
        var admin = Files.readString(folder.resolve("admin")).strip();
        if (admin.isEmpty()) {
            throw new IOException("Envoy has made the file for its administration's address, and not yet written it");
        }
        var request = HttpRequest.newBuilder(URI.create("http://" + admin + path))
                .timeout(PATIENCE)
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    private interface Check {
        boolean holds() throws IOException, InterruptedException;
    }

    private void await(String what, Check check) throws InterruptedException {
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!holds(check)) {
            if (!process.isAlive() || System.nanoTime() - deadline > 0) {
                close();
                throw new IllegalStateException(
                        "waited in vain until Envoy " + what + "; see " + folder.resolve("log"));
            }
            Thread.sleep(50);
        }
    }

    private static boolean holds(Check check) throws InterruptedException {
        try {
            return check.holds();
        } catch (IOException e) {
            return false; // it is on its way
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
        process.destroyForcibly();
    }
}
