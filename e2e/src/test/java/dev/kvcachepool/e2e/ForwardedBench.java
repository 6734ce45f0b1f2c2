package dev.kvcachepool.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvcachepool.e2e.process.Program;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.HostAndPort;

/**
 * A Pooled pool of two nodes: GETs of values at their home, and of the same values through the other node, in turn. {@code make
 * bench-forwarded}; writes {@code target/bench/forwarded.json}. Every byte is compared, timings are reported and never judged.
 */
@Tag("bench")
class ForwardedBench {
    private static final int MIB = 1 << 20;
    private static final int[] SIZES = {2 * MIB, 32 * MIB};
    private static final long WORKING_SET = 512L * MIB;
    private static final int CONNECTIONS = 4;
    private static final int ROUNDS = 9;
    private static final Duration TURN = Duration.ofMillis(700);
    private static final double TARGET = .45;

    private final Random random = new Random(20261128);

    @Test
    void homeAndForwarded() throws Exception {
        var pool = Fixture.newPool();
        try (var one = node("forwarded-one", pool);
                var other = node("forwarded-other", pool);
                var threads = Executors.newFixedThreadPool(CONNECTIONS)) {
            var address = address(one);
            var through = address(other);
            awaitBoth(one);
            awaitBoth(other);
            var result = new LinkedHashMap<String, Object>();
            for (int size : SIZES) {
                var content = new byte[size];
                random.nextBytes(content);
                var keys = keysAtHome(one, size, content);
                turn(threads, address, keys, content);
                turn(threads, through, keys, content);
                var home = new ArrayList<Double>();
                var forwarded = new ArrayList<Double>();
                for (int round = 0; round < ROUNDS; round++) {
                    home.add(turn(threads, address, keys, content));
                    forwarded.add(turn(threads, through, keys, content));
                }
                result.put(
                        size / MIB + "Mi",
                        Map.of(
                                "homeGigabytesPerSecond",
                                median(home),
                                "forwardedGigabytesPerSecond",
                                median(forwarded),
                                "ratio",
                                median(forwarded) / median(home),
                                "target",
                                TARGET,
                                "homeRounds",
                                home,
                                "forwardedRounds",
                                forwarded));
                System.out.printf(
                        "%d MiB: home %.2f GB/s, forwarded %.2f GB/s, ratio %.2f (target %.2f)%n",
                        size / MIB, median(home), median(forwarded), median(forwarded) / median(home), TARGET);
                remove(address, keys);
            }
            var folder = Files.createDirectories(Fixture.ROOT.resolve("target/bench"));
            new ObjectMapper()
                    .writerWithDefaultPrettyPrinter()
                    .writeValue(folder.resolve("forwarded.json").toFile(), result);
        }
    }

    private static InetSocketAddress address(Program node) {
        var address = HostAndPort.from(node.address("resp"));
        return new InetSocketAddress(address.getHost(), address.getPort());
    }

    private static Program node(String id, String pool) {
        return Fixture.cacheNode(
                id,
                "--kafka",
                Fixture.broker().address(),
                "--pool",
                pool,
                "--placement",
                "Pooled",
                "--host-size",
                WORKING_SET / MIB + 512 + "Mi");
    }

    /** Until a node knows the other. */
    private static void awaitBoth(Program node) {
        var request = HttpRequest.newBuilder(URI.create("http://" + node.address("http") + "/metrics"))
                .build();
        try (var http = HttpClient.newHttpClient()) {
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> http.send(request, HttpResponse.BodyHandlers.ofString())
                            .body()
                            .lines()
                            .anyMatch(line -> line.startsWith("kvcachepool_pool_members") && line.endsWith(" 2.0")));
        }
    }

    /** Stores values until as many lie at a node as the working set holds; others are removed again. */
    private static List<byte[]> keysAtHome(Program node, int size, byte[] content) throws IOException {
        var keys = new ArrayList<byte[]>();
        try (var client = new Client(address(node), size)) {
            for (int i = 0; keys.size() < WORKING_SET / size; i++) {
                var key = "bench@01000100@0@%064x"
                        .formatted(((long) size << 20) + i)
                        .getBytes(US_ASCII);
                long before = own(node);
                client.set(key, content);
                if (own(node) > before) {
                    keys.add(key);
                } else {
                    client.delete(key);
                }
            }
        }
        return keys;
    }

    /** Keys that a node holds itself. */
    private static long own(Program node) {
        try (var jedis = Fixture.jedis(node)) {
            return jedis.info("keyspace")
                    .lines()
                    .filter(line -> line.startsWith("db0:keys="))
                    .mapToLong(line -> Long.parseLong(line.substring("db0:keys=".length(), line.indexOf(','))))
                    .findFirst()
                    .orElse(0);
        }
    }

    private static void remove(InetSocketAddress address, List<byte[]> keys) throws IOException {
        try (var client = new Client(address, 0)) {
            for (var key : keys) {
                client.delete(key);
            }
        }
    }

    /** All connections get keys for a while; GB/s. */
    private static double turn(ExecutorService threads, InetSocketAddress address, List<byte[]> keys, byte[] content)
            throws Exception {
        long start = System.nanoTime();
        long end = start + TURN.toNanos();
        var work = new ArrayList<Future<Long>>();
        for (int first = 0; first < CONNECTIONS; first++) {
            int begin = first;
            work.add(threads.submit(() -> {
                long bytes = 0;
                try (var client = new Client(address, content.length)) {
                    for (int at = begin; System.nanoTime() < end; at = (at + CONNECTIONS) % keys.size()) {
                        client.get(keys.get(at), content);
                        bytes += content.length;
                    }
                }
                return bytes;
            }));
        }
        long bytes = 0;
        for (var each : work) {
            bytes += each.get(60, TimeUnit.SECONDS);
        }
        return bytes / (double) (System.nanoTime() - start);
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    /** Speaks as much RESP as is needed, with a buffer for whole values. */
    private static final class Client implements Closeable {
        private final SocketChannel channel;
        private final ByteBuffer buffer;

        Client(InetSocketAddress address, int size) throws IOException {
            this.channel = SocketChannel.open(address);
            this.buffer = ByteBuffer.allocateDirect(size + 100);
        }

        void set(byte[] key, byte[] value) throws IOException {
            send(ByteBuffer.wrap(("*3\r\n$3\r\nSET\r\n" + bulk(key) + "$" + value.length + "\r\n").getBytes(US_ASCII)));
            send(ByteBuffer.wrap(value));
            send(ByteBuffer.wrap("\r\n".getBytes(US_ASCII)));
            read("+OK\r\n".length());
            assertThat(text(5)).isEqualTo("+OK\r\n");
        }

        void delete(byte[] key) throws IOException {
            send(ByteBuffer.wrap(("*2\r\n$3\r\nDEL\r\n" + bulk(key)).getBytes(US_ASCII)));
            read(":1\r\n".length());
            assertThat(text(4)).isEqualTo(":1\r\n");
        }

        void get(byte[] key, byte[] expected) throws IOException {
            send(ByteBuffer.wrap(("*2\r\n$3\r\nGET\r\n" + bulk(key)).getBytes(US_ASCII)));
            var head = "$" + expected.length + "\r\n";
            read(head.length() + expected.length + 2);
            assertThat(text(head.length())).isEqualTo(head);
            assertThat(buffer.slice(head.length(), expected.length).equals(ByteBuffer.wrap(expected)))
                    .isTrue();
        }

        private void send(ByteBuffer bytes) throws IOException {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }

        private void read(int bytes) throws IOException {
            buffer.clear().limit(bytes);
            while (buffer.hasRemaining()) {
                if (channel.read(buffer) < 0) {
                    throw new EOFException("the node ended the connection");
                }
            }
        }

        private String text(int length) {
            var bytes = new byte[length];
            buffer.get(0, bytes);
            return new String(bytes, US_ASCII);
        }

        private static String bulk(byte[] key) {
            return "$" + key.length + "\r\n" + new String(key, US_ASCII) + "\r\n";
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
