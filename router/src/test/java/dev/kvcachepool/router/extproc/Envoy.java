package dev.kvcachepool.router.extproc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A stock Envoy as a gateway of the inference extension sets it up, as a process. {@code make tools} installs it.
 *
 * <p>With the balancer {@code override_host}, as Istio and Envoy Gateway have it, it sends where the picker's metadata says,
 * and round robin without; with {@code ORIGINAL_DST}, as older gateways have it, where the header says, and nowhere else.
 */
final class Envoy implements AutoCloseable {
    private static final Path ROOT = Path.of(System.getProperty("kvp.root", ".."));

    private final HttpClient client = HttpClient.newHttpClient();
    private final Process process;
    private final Path folder;
    private String listener = "";

    /** What an Envoy is to be like. */
    enum Balancer {
        OVERRIDE_HOST,
        ORIGINAL_DST
    }

    /**
     * How it is set up.
     *
     * @param pickerPort 0 for a gateway without a picker
     * @param failOpen whether requests go on without the picker where that fails
     * @param engines {@code host:port} of the pool, for round robin
     * @param subset the engines that a request may go to, as a hint to the picker; empty for all
     * @param requestsAConnection that an engine is sent; 0 for as many as there are
     */
    record Setup(
            Balancer balancer,
            int pickerPort,
            boolean failOpen,
            List<String> engines,
            List<String> subset,
            int requestsAConnection) {}

    private Envoy(Process process, Path folder) {
        this.process = process;
        this.folder = folder;
    }

    /** Starts one on free ports, and waits until it serves. */
    static Envoy start(Setup setup) throws IOException {
        var program = ROOT.resolve("target/python/bin/envoy").toAbsolutePath();
        assertThat(program).as("Envoy, which make tools installs").isExecutable();
        var folder = Files.createTempDirectory("envoy");
        var config = Files.writeString(folder.resolve("envoy.yaml"), EnvoyConfig.of(setup));
        var process = new ProcessBuilder(
                        program.toString(),
                        "--config-path",
                        config.toString(),
                        "--admin-address-path",
                        folder.resolve("admin").toString(),
                        "--disable-hot-restart",
                        "--concurrency",
                        "1",
                        "--log-level",
                        "warn")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        var envoy = new Envoy(process, folder);
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        await("Envoy, whose log is " + folder.resolve("log"))
                .atMost(Duration.ofSeconds(60))
                .ignoreExceptions()
                .until(envoy::listens);
        return envoy;
    }

    /** Waits until the gateway knows that its picker serves no more. */
    void awaitPickerGone() {
        await().ignoreExceptions().until(() -> get(admin() + "/clusters").contains("failed_active_hc"));
    }

    private String admin() throws IOException {
        return "http://" + Files.readString(folder.resolve("admin")).strip();
    }

    private boolean listens() throws IOException, InterruptedException {
        assertThat(process.isAlive()).isTrue();
        var ready = get(admin() + "/ready");
        var listeners = get(admin() + "/listeners");
        listener = listeners.substring(listeners.indexOf("::") + 2).strip();
        return ready.startsWith("LIVE") && listener.contains(":");
    }

    private String get(String url) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    /** {@code http://host:port} of the gateway. */
    String url() {
        return "http://" + listener;
    }

    @Override
    public void close() {
        client.close();
        process.destroyForcibly();
    }
}
