package dev.kvcachepool.e2e.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kvcachepool.e2e.Fixture;
import dev.kvcachepool.e2e.process.Program;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisDataException;

/** Whether a secret reaches a log, a metric or a health answer, with the programs as talkative as they can be. */
class SecretsIT {
    private static final String PASSWORD = "correct-horse-battery";
    private static final String WRONG_PASSWORD = "tr0ub4dor-and-3";
    private static final String SALT_KEY = "pool-salt-key-8a6f";
    private static final String SALT = "tenant-salt-51c9";
    private static final String HASH = "ab".repeat(32);
    private static final String KEY = "test-8b@01000100@0@" + HASH + "@" + SALT;

    @Test
    void noSecretIsSaidAnywhere() throws Exception {
        // Given
        var log = Files.createTempFile("kvcachepool-secrets", ".log");
        var flags = new ArrayList<>(List.of("--resp-port", "0", "--http-port", "0", "--listen-address", "127.0.0.1"));
        flags.addAll(List.of("--kafka", Fixture.broker().address(), "--pool", Fixture.newPool(), "--node-id", "quiet"));
        flags.addAll(List.of("--model", "name=test-8b,chunk-tokens=512,scheme=lmcache-blake3", "--host-size", "64Mi"));
        flags.addAll(List.of("--disk-path", Fixture.work("secrets-disk").toString(), "--disk-size", "64Mi"));
        var environment = Map.of(
                "KVP_RESP_PASSWORD",
                PASSWORD,
                "KVP_SALT_KEY",
                SALT_KEY,
                "KVP_JAVA_OPTS",
                "-Dquarkus.log.level=DEBUG -Dquarkus.log.console.json.enabled=true");
        try (var node = Program.start(Fixture.ROOT, "cache-node", flags, environment, log)) {
            // When it stores a tenant's value, refuses a wrong password, and cannot read what a client sends
            useWell(node);
            useBadly(node);
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> Scrape.text(node).contains("kvcachepool_adverts_advertised 1.0"));
            // Then
            assertSilent("metrics", Scrape.text(node));
            assertThat(Files.size(log)).as("the log says something").isPositive();
        }
        assertSilent("log", Files.readString(log));
        assertThat(Files.readAllLines(log).stream()
                        .filter(line -> line.startsWith("{"))
                        .count())
                .as("structured lines")
                .isPositive();
        Files.delete(Path.of(log.toString()));
    }

    private static void useWell(Program node) {
        try (var client = connect(node, PASSWORD)) {
            client.set(KEY, "value");
            assertThat(client.exists(KEY)).isTrue();
            assertThat(client.get(KEY)).isEqualTo("value");
        }
    }

    private static void useBadly(Program node) throws Exception {
        try (var client = connect(node, WRONG_PASSWORD)) {
            client.get(KEY);
        } catch (JedisDataException e) {
            assertThat(e.getMessage()).doesNotContain(PASSWORD, WRONG_PASSWORD);
        }
        var address = HostAndPort.from(node.address("resp"));
        try (var socket = new java.net.Socket(address.getHost(), address.getPort())) {
            socket.getOutputStream()
                    .write(("*2\r\n$4\r\nAUTH\r\n$21\r\n" + PASSWORD + "\r\n*2\r\n$3\r\nGET\r\n$x" + KEY + "\r\n")
                            .getBytes(StandardCharsets.UTF_8));
            var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).contains("Protocol error").doesNotContain(PASSWORD);
        }
    }

    private static Jedis connect(Program node, String password) {
        return new Jedis(
                HostAndPort.from(node.address("resp")),
                DefaultJedisClientConfig.builder()
                        .password(password)
                        .clientName("secrets")
                        .build());
    }

    private static void assertSilent(String where, String text) {
        for (var secret : List.of(PASSWORD, WRONG_PASSWORD, SALT_KEY, SALT)) {
            assertThat(text.contains(secret)).as("%s in the %s", secret, where).isFalse();
        }
    }
}
