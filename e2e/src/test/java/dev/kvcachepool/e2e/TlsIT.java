package dev.kvcachepool.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kvcachepool.e2e.observe.Scrape;
import dev.kvcachepool.e2e.process.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.HttpsURLConnection;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/** A Pooled pool of two nodes that speak TLS, whose certificates are replaced while clients use it. */
class TlsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String DOMAIN = "nodes.tls.test";
    private static final int CLIENTS = 4;
    /** A connection is used so often, then its client shakes hands anew. */
    private static final int CALLS = 20;

    private final Path work = Fixture.work("tls");
    private final TlsSecret secret = new TlsSecret(folder(), DOMAIN);
    private final List<Program> nodes = new ArrayList<>();
    private final List<Thread> clients = new ArrayList<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicLong calls = new AtomicLong();
    private volatile boolean stopping;

    private Path folder() {
        try {
            return Files.createDirectory(work.resolve("secret"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void noCallFailsWhileCertificatesAreReplaced() throws Exception {
        try {
            // Given two nodes under load
            var pool = Fixture.newPool();
            for (int number = 0; number < 2; number++) {
                nodes.add(node(number, pool));
            }
            for (var node : nodes) {
                await().atMost(PATIENCE).until(() -> Scrape.value(node, "kvcachepool_pool_members") == 2);
            }
            await().atMost(PATIENCE).ignoreExceptions().until(() -> reaches(0, 1) && reaches(1, 0));
            for (int client = 0; client < CLIENTS; client++) {
                int number = client;
                clients.add(Thread.ofVirtual().start(() -> use(number)));
            }
            awaitCalls();

            // When the certificate is replaced, twice
            for (int times = 1; times <= 2; times++) {
                secret.rotate();
                int applied = times;
                for (var node : nodes) {
                    await().atMost(PATIENCE).until(() -> reloads(node, "applied") == applied);
                }
                awaitCalls();
                for (var node : nodes) {
                    assertThat(shownByHttp(node).getNotAfter().toInstant().getEpochSecond())
                            .isEqualTo((long) Scrape.value(node, "kvcachepool_tls_certificate_not_after_seconds"));
                }
            }
            // And a wrong one comes
            secret.rotateToAStranger();
            for (var node : nodes) {
                await().atMost(PATIENCE).until(() -> reloads(node, "refused") == 1);
            }
            awaitCalls();

            // Then
            stop();
            System.out.println("TlsIT " + calls.get() + " calls");
            assertThat(failures).isEmpty();
            for (int number = 0; number < 2; number++) {
                assertThat(handshakes(number, "refused")).isZero();
                assertThat(Files.readString(log(number)))
                        .contains("--tls-certificate", "has none of the DNS names", "what held before goes on")
                        .doesNotContain("PRIVATE KEY", "Exception");
            }
            whoSpeaksWithoutTlsIsTold();
        } finally {
            stop();
            nodes.forEach(Program::close);
        }
    }

    /** Whether what is written at one node, wherever it lives, is read at the other: from the first handshake on, which loads much. */
    private boolean reaches(int one, int other) {
        try (var writer = connect(nodes.get(one));
                var reader = connect(nodes.get(other))) {
            for (int number = 0; number < CALLS; number++) {
                var key = "warm-" + one + "-" + number;
                writer.set(key, "value");
                if (!"value".equals(reader.get(key))) {
                    return false;
                }
            }
            return true;
        }
    }

    private void whoSpeaksWithoutTlsIsTold() throws Exception {
        var address = HostAndPort.from(nodes.getFirst().address("resp"));
        try (var plain = new Socket(address.getHost(), address.getPort())) {
            // When
            plain.getOutputStream().write("*1\r\n$4\r\nPING\r\n".getBytes(StandardCharsets.US_ASCII));
            // Then
            assertThat(new String(plain.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                    .doesNotContain("PONG");
        }
        assertThat(handshakes(0, "plain")).isEqualTo(1);
        await().atMost(PATIENCE)
                .until(() -> Files.readString(log(0)).contains("speaks without TLS, which this port asks for"));
    }

    private void awaitCalls() {
        long before = calls.get();
        await().atMost(PATIENCE).until(() -> calls.get() > before + 4L * CLIENTS * CALLS || !failures.isEmpty());
    }

    /** What the port of health and metrics shows to a client that believes the pool's authority, and who has the host's name. */
    private X509Certificate shownByHttp(Program node) throws IOException {
        var port = HostAndPort.from(node.address("https")).getPort();
        var connection = (HttpsURLConnection)
                URI.create("https://localhost:" + port + "/health/live").toURL().openConnection();
        connection.setSSLSocketFactory(secret.client());
        connection.setRequestProperty("Connection", "close");
        connection.setConnectTimeout(30_000);
        connection.setReadTimeout(30_000);
        try {
            if (connection.getResponseCode() != 200) {
                throw new IOException("health answered " + connection.getResponseCode());
            }
            return (X509Certificate) connection.getServerCertificates()[0];
        } finally {
            connection.disconnect();
        }
    }

    private double reloads(Program node, String outcome) throws Exception {
        return Scrape.value(node, "kvcachepool_tls_reloads_total{outcome=\"" + outcome + "\"}");
    }

    private double handshakes(int number, String outcome) throws Exception {
        return Scrape.value(
                nodes.get(number), "kvcachepool_tls_handshakes_total{outcome=\"" + outcome + "\",protocol=\"resp\"}");
    }

    private Program node(int number, String pool) {
        var flags = new ArrayList<>(List.of(
                "--resp-port",
                "0",
                "--http-port",
                "0",
                "--listen-address",
                "127.0.0.1",
                "--advertised-address",
                "127.0.0.1",
                "--node-id",
                "tls-" + number,
                "--kafka",
                Fixture.broker().address(),
                "--pool",
                pool,
                "--placement",
                "Pooled",
                "--host-size",
                "64Mi"));
        flags.addAll(secret.flags());
        var environment = Map.of("KVP_JAVA_OPTS", "-XX:TieredStopAtLevel=1");
        return Program.start(Fixture.ROOT, "cache-node", flags, environment, log(number));
    }

    private Path log(int number) {
        return work.resolve("log-" + number);
    }

    private void stop() throws InterruptedException {
        stopping = true;
        for (var client : clients) {
            client.join();
        }
    }

    /** Writes at one node and reads at the other, without pause, on keys of the client's own. */
    private void use(int client) {
        for (int round = 0; !stopping; round++) {
            try (var writer = connect(nodes.get(round % 2));
                    var reader = connect(nodes.get((round + 1) % 2))) {
                for (int call = 0; call < CALLS && !stopping; call++) {
                    var key = new String(Chunks.key(client * CALLS + call), StandardCharsets.UTF_8);
                    var value = client + " " + round + " " + call + " ".repeat(call << 12);
                    writer.set(key, value);
                    var read = reader.get(key);
                    if (call == 0) {
                        shownByHttp(nodes.get(round % 2));
                    }
                    if (!value.equals(read)) {
                        failures.add("read " + (read == null ? "nothing" : "another value"));
                    }
                    calls.addAndGet(2);
                }
            } catch (JedisException | IOException e) {
                failures.add(String.valueOf(e));
            }
        }
    }

    private Jedis connect(Program node) {
        return new Jedis(
                HostAndPort.from(node.address("resp")),
                DefaultJedisClientConfig.builder()
                        .connectionTimeoutMillis(30_000)
                        .socketTimeoutMillis(30_000)
                        .ssl(true)
                        .sslSocketFactory(secret.client())
                        .build());
    }
}
