package dev.kvcachepool.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.e2e.engine.BlockBytes;
import dev.kvcachepool.e2e.process.Program;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.HostAndPort;

/** 1,000 values of 256 KiB to 32 MiB (log-uniform) through real clients, far more than there is room for. */
class RealClientsIT {
    private static final int VALUES = 1_000;
    private static Program node;

    @BeforeAll
    static void start() {
        node = Fixture.cacheNode("clients", "--host-size", "512Mi", "--read-lease", "100ms");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void jedis() {
        // Given
        var seed = seed();
        var random = new Random(seed);
        var lengths = random.doubles(VALUES).mapToInt(RealClientsIT::length).toArray();
        var found = 0;
        try (var jedis = Fixture.jedis(node)) {
            for (int number = 0; number < VALUES; number++) {
                // When
                assertThat(jedis.set(key("jedis", number), value(seed, number, lengths[number])))
                        .isEqualTo("OK");
                var again = number % 4 != 0 ? number : random.nextInt(number + 1);
                var got = jedis.get(key("jedis", again));

                // Then it is right, or evicted; what was just stored is there
                if (got == null) {
                    assertThat(again).isNotEqualTo(number);
                } else {
                    assertThat(Arrays.equals(got, value(seed, again, lengths[again])))
                            .as("value " + again)
                            .isTrue();
                    found++;
                }
            }
            assertThat(found).isGreaterThanOrEqualTo(VALUES * 3 / 4);
            assertMemoryIsBounded(jedis.info("memory"));
        }
    }

    @Test
    void redisPyOverResp3() throws Exception {
        storesAndReads("src/test/python/store_and_read.py", VALUES);
    }

    @Test
    void valkeyGlide() throws Exception {
        storesAndReads("src/test/python/store_and_read_glide.py", VALUES / 4);
    }

    private static void storesAndReads(String script, int values) throws IOException, InterruptedException {
        // Given
        var address = HostAndPort.from(node.address("resp"));
        var seed = seed() & 0xffff;

        // When
        var output = run(
                null,
                Fixture.ROOT.resolve("target/python/bin/python").toString(),
                script,
                address.getHost(),
                Integer.toString(address.getPort()),
                Integer.toString(values),
                Long.toString(seed));

        // Then
        var text = new String(output, StandardCharsets.UTF_8);
        var counts = Pattern.compile("stored (\\d+) found (\\d+) wrong (\\d+)").matcher(text);
        assertThat(counts.find()).as(text).isTrue();
        assertThat(counts.group(1)).isEqualTo(Integer.toString(values));
        assertThat(Integer.parseInt(counts.group(2))).isGreaterThanOrEqualTo(values * 3 / 4);
        assertThat(counts.group(3)).isEqualTo("0");
    }

    @Test
    void redisBenchmark() throws Exception {
        // Given
        var address = HostAndPort.from(node.address("resp"));
        for (var more :
                List.of(List.of("-d", "65536", "-t", "set,get"), List.of("-P", "16", "-t", "ping,set,get,mset"))) {
            var command = new ArrayList<>(List.of(
                    "redis-benchmark",
                    "-h",
                    address.getHost(),
                    "-p",
                    Integer.toString(address.getPort()),
                    "-n",
                    "2000",
                    "-c",
                    "8",
                    "--csv"));
            command.addAll(more);

            // When
            var table = new String(run(null, command.toArray(String[]::new)), StandardCharsets.UTF_8);

            // Then it has figures for each, and no complaint
            assertThat(table).contains("\"SET\"", "\"GET\"").doesNotContainIgnoringCase("error");
        }
    }

    @Test
    void redisCli() throws Exception {
        // Given
        var address = HostAndPort.from(node.address("resp"));
        var seed = seed();
        var random = new Random(seed);
        var file = Fixture.work("redis-cli").resolve("value");
        for (int number = 0; number < VALUES; number++) {
            var bytes = value(seed, number, length(random.nextDouble()));
            Files.write(file, bytes);
            var key = "cli-" + number;

            // When
            var stored = run(
                    file,
                    "redis-cli",
                    "-h",
                    address.getHost(),
                    "-p",
                    Integer.toString(address.getPort()),
                    "-x",
                    "SET",
                    key);
            var got = run(
                    null, "redis-cli", "-h", address.getHost(), "-p", Integer.toString(address.getPort()), "GET", key);

            // Then; redis-cli ends what it prints with a line feed
            assertThat(new String(stored, StandardCharsets.UTF_8)).isEqualTo("OK\n");
            assertThat(got).hasSize(bytes.length + 1);
            assertThat(Arrays.equals(got, 0, bytes.length, bytes, 0, bytes.length))
                    .as(key)
                    .isTrue();
        }
    }

    private static long seed() {
        var seed = Long.getLong("kvp.seed", System.nanoTime());
        System.out.println("seed " + seed);
        return seed;
    }

    private static int length(double draw) {
        return (int) ((256 << 10) * Math.pow(128, draw)) / 8 * 8;
    }

    private static byte[] key(String client, int number) {
        return (client + "-" + number).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] value(long seed, int number, int length) {
        return BlockBytes.make(ByteBuffer.allocate(16).putLong(seed + number).array(), length);
    }

    private static void assertMemoryIsBounded(String info) {
        var used = Pattern.compile("used_memory:(\\d+)").matcher(info);
        assertThat(used.find()).as(info).isTrue();
        assertThat(Long.parseLong(used.group(1))).isLessThanOrEqualTo(512L << 20);
    }

    private static byte[] run(Path input, String... command) throws IOException, InterruptedException {
        var builder = new ProcessBuilder(List.of(command)).redirectError(ProcessBuilder.Redirect.INHERIT);
        if (input != null) {
            builder.redirectInput(input.toFile());
        }
        var process = builder.start();
        var output = process.getInputStream().readAllBytes();
        assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
        return output;
    }
}
