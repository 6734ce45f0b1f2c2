package dev.kvcachepool.e2e.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real Prometheus of this machine, which scrapes and looks at its rules each second. */
final class Prometheus implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final URI base;

    /**
     * What is scraped.
     *
     * @param address host:port
     * @param labels that the operator's ServiceMonitor gives it
     */
    record Target(String address, Map<String, String> labels) {}

    private Prometheus(Process process, URI base) {
        this.process = process;
        this.base = base;
    }

    /** Debian's package {@code prometheus}; empty where it is not installed. */
    static Optional<Path> program() {
        return Stream.of(Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator))
                .map(folder -> Path.of(folder, "prometheus"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /**
     * Starts it and waits until it answers.
     *
     * @param folder for its files, which is the caller's
     * @param rules as PrometheusRules have them
     */
    static Prometheus start(Path program, Path folder, List<Target> targets, List<Map<String, Object>> rules)
            throws IOException {
        var yaml = new KubernetesSerialization();
        Files.writeString(
                folder.resolve("rules.yaml"),
                yaml.asYaml(Map.of("groups", List.of(Map.of("name", "pool", "rules", rules)))));
        var scraped = targets.stream()
                .map(target -> Map.of("targets", List.of(target.address()), "labels", target.labels()))
                .toList();
        var config = Map.of(
                "global",
                Map.of("scrape_interval", "1s", "evaluation_interval", "1s"),
                "rule_files",
                List.of("rules.yaml"),
                "scrape_configs",
                List.of(Map.of("job_name", "pool", "honor_labels", true, "static_configs", scraped)));
        var file = Files.writeString(folder.resolve("prometheus.yaml"), yaml.asYaml(config));
        var address = "127.0.0.1:" + freePort();
        var process = new ProcessBuilder(
                        program.toString(),
                        "--config.file=" + file,
                        "--storage.tsdb.path=" + folder.resolve("data"),
                        "--web.listen-address=" + address)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        var started = new Prometheus(process, URI.create("http://" + address));
        await("Prometheus answers; it says: " + folder.resolve("log"))
                .atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> started.get("/api/v1/status/runtimeinfo")
                        .path("status")
                        .asText()
                        .equals("success"));
        return started;
    }

    /** Prometheus takes no port 0 that it would name. */
    private static int freePort() throws IOException {
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    /** Of each target: up, down or unknown. */
    List<String> health() throws Exception {
        return get("/api/v1/targets").at("/data/activeTargets").findValuesAsText("health");
    }

    /** Each rule as it was looked at last. */
    List<JsonNode> rules() throws Exception {
        return get("/api/v1/rules").at("/data/groups/0/rules").valueStream().toList();
    }

    /** The series that an expression gives now. */
    JsonNode query(String expression) throws Exception {
        var answer = get("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8));
        assertThat(answer.path("status").asText())
                .as(expression + ": " + answer)
                .isEqualTo("success");
        return answer.at("/data/result");
    }

    private JsonNode get(String path) throws Exception {
        return JSON.readTree(http.send(
                        HttpRequest.newBuilder(base.resolve(path))
                                .timeout(PATIENCE)
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body());
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        http.close();
    }
}
