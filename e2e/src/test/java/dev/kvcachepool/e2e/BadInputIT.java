package dev.kvcachepool.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;

/** Mistakes at the programs' own doors. */
class BadInputIT {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cache-node | --host-size 12Q | --host-size",
                "cache-node | --host-size 0 | --host-size",
                "cache-node | --resp-port 70000 | --resp-port",
                "cache-node | --model name=x | --model",
                "cache-node | --model name=x,chunk-tokens=16,scheme=md5 | scheme",
                "cache-node | --kafka nowhere | --kafka",
                "cache-node | --pool a/b/c --kafka localhost:9092 | pool",
                "cache-node | --nonsense | --nonsense",
                "router | --policy fastest --endpoint e=http://127.0.0.1:1 | --policy",
                "router | --policy adverts --endpoint e=http://127.0.0.1:1 | --kafka",
                "router | --policy round-robin | --endpoint",
                "router | --policy round-robin --endpoint e=ftp://x | --endpoint",
            })
    void aWrongFlagCostsOneLineThatNamesIt(String program, String flags, String named) throws Exception {
        // When
        var process = ended(program, flags, 30);
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        // Then
        assertThat(process.exitValue()).as(output).isEqualTo(2);
        assertThat(output.lines().toList()).as(output).hasSize(1);
        assertThat(output).contains(named).doesNotContain("Exception");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--arena-path /proc/nowhere", "--disk-path /proc/nowhere --disk-size 64Mi"})
    void aFolderThatCannotBeHadIsNamedInOneLine(String flags) throws Exception {
        // When
        var process = ended("cache-node", "--resp-port 0 --http-port 0 " + flags, 60);
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        // Then
        assertThat(process.exitValue()).as(output).isEqualTo(1);
        assertThat(output)
                .contains("could not start: " + flags.split(" ", -1)[0] + ": '/proc/nowhere' is no folder")
                .doesNotContain("Exception");
    }

    /** A program that has ended by itself in time; its output is both streams. */
    private static Process ended(String program, String flags, int seconds) throws Exception {
        var command = Stream.concat(
                        Stream.of(Fixture.ROOT.resolve("bin").resolve(program).toString()),
                        Stream.of(flags.split(" ", -1)))
                .toList();
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        assertThat(process.waitFor(seconds, TimeUnit.SECONDS)).isTrue();
        return process;
    }

    @Test
    void connectionsBeyondTheLimitAreToldSoAndOthersWorkOn() throws Exception {
        // Given a node that is in use
        try (var node = Fixture.cacheNode("limit", "--host-size", "64Mi");
                var working = Fixture.jedis(node)) {
            working.set("key", "value");
            var address = HostAndPort.from(node.address("resp"));
            var open = new ArrayList<Socket>();
            try {
                // When 2,100 more connect
                for (int number = 0; number < 2_100; number++) {
                    open.add(new Socket(address.getHost(), address.getPort()));
                }

                // Then the one too many reads why, and the working client goes on
                var refused = open.getLast();
                refused.setSoTimeout(10_000);
                assertThat(new String(refused.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                        .isEqualTo("-ERR max number of clients reached\r\n");
                assertThat(working.get("key")).isEqualTo("value");
            } finally {
                for (var socket : open) {
                    socket.close();
                }
            }

            // Then there is room again once they have gone
            await().atMost(Duration.ofSeconds(20)).ignoreExceptions().untilAsserted(() -> {
                try (var next = Fixture.jedis(node)) {
                    assertThat(next.ping()).isEqualTo("PONG");
                }
            });
        }
    }

    @Test
    void brokenRequestsStoreNothingAndHarmNobody() throws Exception {
        // Given
        try (var node = Fixture.cacheNode("broken", "--host-size", "64Mi");
                var working = Fixture.jedis(node)) {
            working.set("key", "value");
            for (var request : List.of(
                    "*3\r\n$3\r\nSET\r\n$4\r\nhalf\r\n$1000000\r\nshort",
                    "*3\r\n$3\r\nSET\r\n$4\r\nhalf\r\n$99999999999\r\n",
                    "*-7\r\n",
                    "*99999999\r\n",
                    "*1\r\n$-5\r\n",
                    "*2\r\n$3\r\nGET\r\n:5\r\n",
                    "\0\1\2\3\r\n")) {

                // When it is sent and the client vanishes
                send(node.address("resp"), request);
            }

            // Then
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(memoryUsed(working)).isLessThanOrEqualTo(64L << 10));
            assertThat(working.exists("half")).isFalse();
            assertThat(working.get("key")).isEqualTo("value");
            assertThat(working.dbSize()).isEqualTo(1);
        }
    }

    private static void send(String address, String request) throws IOException {
        var target = HostAndPort.from(address);
        try (var socket = new Socket(target.getHost(), target.getPort())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    private static long memoryUsed(Jedis jedis) {
        return jedis.info("memory")
                .lines()
                .filter(line -> line.startsWith("used_memory:"))
                .mapToLong(line ->
                        Long.parseLong(line.substring("used_memory:".length()).strip()))
                .findFirst()
                .orElseThrow();
    }
}
