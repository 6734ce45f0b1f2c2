package dev.kvcachepool.e2e.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.kvcachepool.e2e.Fixture;
import dev.kvcachepool.e2e.MemoryFolder;
import dev.kvcachepool.e2e.TlsSecret;
import dev.kvcachepool.e2e.process.Program;
import dev.kvcachepool.e2e.runtime.kubelet.AnyServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Whether docs/metrics.md says what the programs say, no less and no more. */
class MetricsDocIT {
    private static final Pattern NAME = Pattern.compile("`(kvcachepool_\\w+)");
    /** Prometheus' conventions: lower case, a unit in base form or a plain count. */
    private static final Pattern WELL_NAMED = Pattern.compile("kvcachepool(_[a-z0-9]+)+");

    @Test
    void theTablesOfTheCacheNodeAreTrue() throws Exception {
        // Given a node of each kind, with all that a node can have
        var pool = Fixture.newPool();
        var broker = Fixture.broker().address();
        try (var memory = MemoryFolder.make();
                var local = Fixture.cacheNode(
                        "metrics-local",
                        "--kafka",
                        broker,
                        "--pool",
                        pool,
                        "--host-size",
                        "32Mi",
                        "--arena-path",
                        memory.toString(),
                        "--disk-path",
                        Fixture.work("metrics-disk").toString(),
                        "--disk-size",
                        "64Mi",
                        "--tenant",
                        "name=t,host=1Mi,salts="
                                + Files.writeString(
                                        Fixture.work("metrics-tenant").resolve("salts"), "salt\n"),
                        "--peers",
                        "true",
                        "--router-url",
                        "http://127.0.0.1:9",
                        "--gpu-size",
                        "64Mi",
                        "--next-nodes-topic",
                        "next-nodes",
                        "--next-blocks-topic",
                        "next-blocks",
                        "--engine-events",
                        "e=tcp://127.0.0.1:9",
                        "--lmcache-events-topic",
                        "metrics-cache-events",
                        "--memory-socket",
                        Fixture.work("metrics-disk").resolve("memory.sock").toString());
                var pooled = Fixture.cacheNode(
                        "metrics-pooled",
                        "--kafka",
                        broker,
                        "--pool",
                        pool + "-pooled",
                        "--host-size",
                        "64Mi",
                        "--placement",
                        "Pooled",
                        "--users-file",
                        Files.writeString(
                                        Fixture.work("metrics-users").resolve("users.yaml"),
                                        "users: [{name: ops, passwords: [password], allSalts: true}]")
                                .toString(),
                        "--pool-password-file",
                        Files.writeString(Fixture.work("metrics-pool").resolve("password"), "password\n")
                                .toString());
                var secure = Fixture.cacheNode(
                        "metrics-tls",
                        new TlsSecret(Fixture.work("metrics-tls-secret"), "nodes")
                                .flags()
                                .toArray(String[]::new))) {
            // When
            var said = new TreeSet<>(Scrape.names(Scrape.text(local)));
            said.addAll(Scrape.names(Scrape.text(pooled)));
            said.addAll(Scrape.names(Scrape.text(secure)));
            // Then
            assertWellNamed(said);
            assertThat(documented("## cache-node")).containsExactlyInAnyOrderElementsOf(said);
        }
    }

    @Test
    void theTablesOfTheRouterAreTrue() throws Exception {
        // Given a router that has tokenized, picked and forwarded
        var engine = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        engine.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write("{}".getBytes(StandardCharsets.UTF_8));
            exchange.close();
        });
        engine.start();
        var flags = new ArrayList<>(new TlsSecret(Fixture.work("metrics-router-tls"), "nodes").flags());
        flags.addAll(List.of(
                "--policy",
                "adverts",
                "--kafka",
                Fixture.broker().address(),
                "--pool",
                Fixture.newPool(),
                "--ext-proc-port",
                "0",
                "--tokenizer",
                "m=" + Fixture.ROOT.resolve("router/src/test/resources/tokenizers/llama3"),
                "--lmcache-events-topic",
                "metrics-cache-events",
                "--engine-events",
                "e=tcp://127.0.0.1:9",
                "--pool-password-file",
                Files.writeString(Fixture.work("metrics-router").resolve("password"), "password\n")
                        .toString(),
                "--endpoint",
                "e=http://127.0.0.1:" + engine.getAddress().getPort()));
        try (var router = Fixture.router(flags.toArray(String[]::new))) {
            await().atMost(Duration.ofSeconds(60)).until(() -> complete(router) == 200);
            // When
            var said = Scrape.names(Scrape.text(router));
            // Then
            assertWellNamed(said);
            assertThat(documented("## router")).containsExactlyInAnyOrderElementsOf(said);
        } finally {
            engine.stop(0);
        }
    }

    private static int complete(Program router) throws Exception {
        try (var http = HttpClient.newBuilder().sslContext(AnyServer.context()).build()) {
            return http.send(
                            HttpRequest.newBuilder(Scrape.base(router).resolve("/v1/completions"))
                                    .header("Content-Type", "application/json")
                                    .POST(HttpRequest.BodyPublishers.ofString(
                                            "{\"model\": \"m\", \"prompt\": \"a text\", \"max_tokens\": 1}"))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }

    private static void assertWellNamed(Set<String> names) {
        assertThat(names).isNotEmpty().allMatch(name -> WELL_NAMED.matcher(name).matches());
    }

    /** The names in one section's tables. */
    private static Set<String> documented(String section) throws Exception {
        var names = new TreeSet<String>();
        boolean within = false;
        for (var line : Files.readAllLines(Fixture.ROOT.resolve("docs/metrics.md"))) {
            within = line.startsWith("## ") ? line.equals(section) : within;
            if (within && line.startsWith("|")) {
                // The first column says the names; the second may mention others.
                var matcher = NAME.matcher(line.substring(0, line.indexOf('|', 1)));
                while (matcher.find()) {
                    names.add(matcher.group(1));
                }
            }
        }
        return names;
    }
}
