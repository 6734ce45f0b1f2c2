package dev.kvcachepool.cachenode.resp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Many keys in one request, in any order, with holes, of any sizes. */
class SparseReadsTest {
    private static final int MIB = 1 << 20;
    private static final int[] SIZES = {0, 1, 100, 4095, 4096, 4097, 70_000, MIB, 2 * MIB + 1, 5 * MIB};

    @Test
    void mgetOfHundredsOfKeysInAnyOrderWithHolesAndSizesUpTo64MiB() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        var random = new Random(seed);
        // Given
        try (var fixture = new RespFixture(512, RespFixture.settings());
                var client = new Connection(fixture)) {
            var sizes = new int[300];
            for (int i = 0; i < sizes.length; i++) {
                sizes[i] = i < 250 ? 1 + random.nextInt(5000) : SIZES[random.nextInt(SIZES.length)];
                client.set(key(i), content(i, sizes[i]));
            }
            sizes[7] = 64 * MIB;
            client.set(key(7), content(7, sizes[7]));
            // When
            var asked = new ArrayList<Integer>();
            for (int i = 0; i < 700; i++) {
                asked.add(i == 350 ? 7 : random.nextInt(600) == 7 ? 8 : random.nextInt(8, 600));
            }
            client.send("MGET", asked.stream().map(SparseReadsTest::key).toList());
            // Then
            assertThat(client.arrayLength()).isEqualTo(700);
            for (int i : asked) {
                var value = client.bulk();
                if (i >= sizes.length) {
                    assertThat(value).as("key %d", i).isNull();
                } else {
                    assertThat(value).as("key %d of %d bytes", i, sizes[i]).isEqualTo(content(i, sizes[i]));
                }
            }
        }
    }

    @Test
    void mgetHoldsOneValueAtATime() throws Exception {
        // Given a full memory, and a client that has asked for all of it and reads nothing
        try (var fixture = new RespFixture(64, RespFixture.settings());
                var slow = new Connection(fixture);
                var other = new Connection(fixture)) {
            for (int i = 0; i < 12; i++) {
                slow.set(key(i), content(i, 4 * MIB));
            }
            var keys = new ArrayList<String>();
            for (int i = 0; i < 12; i++) {
                keys.add(key(i));
            }
            slow.send("MGET", keys);
            assertThat(slow.arrayLength()).isEqualTo(12);
            // When all is removed
            other.send("FLUSHALL", List.of());
            assertThat(other.line()).isEqualTo("+OK");
            // Then no more is held than the one value that is on its way
            Awaitility.await()
                    .untilAsserted(() -> assertThat(fixture.store.usedBytes()).isLessThanOrEqualTo(5L * MIB));
            assertThat(slow.bulk()).isEqualTo(content(0, 4 * MIB));
            for (int i = 1; i < 12; i++) {
                var value = slow.bulk();
                assertThat(value == null || Arrays.equals(value, content(i, 4 * MIB)))
                        .isTrue();
            }
        }
    }

    @Test
    void whileKeysAreRemovedAndEvictedEachAnswerIsTheKeysOwnOrNone() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        var random = new Random(seed);
        // Given two that write and remove in a memory that is too small for all
        try (var fixture = new RespFixture(64, RespFixture.settings());
                var reader = new Connection(fixture);
                var writers = Executors.newFixedThreadPool(2)) {
            var stop = new AtomicBoolean();
            var work = new ArrayList<Future<?>>();
            for (int w = 0; w < 2; w++) {
                var own = new Random(seed + w);
                work.add(writers.submit(() -> {
                    try (var client = new Connection(fixture)) {
                        while (!stop.get()) {
                            int i = own.nextInt(200);
                            if (own.nextInt(4) == 0) {
                                client.send("DEL", List.of(key(i), key(own.nextInt(200))));
                                client.line();
                            } else {
                                client.set(key(i), content(i, size(i)));
                            }
                        }
                    }
                    return null;
                }));
            }
            // When
            int found = 0;
            var until = Instant.now().plusSeconds(60);
            while (found < 1000) {
                assertThat(Instant.now()).as("time is up, found %d", found).isBefore(until);
                var asked = new ArrayList<Integer>();
                for (int i = 0; i < 300; i++) {
                    asked.add(random.nextInt(200));
                }
                reader.send("MGET", asked.stream().map(SparseReadsTest::key).toList());
                assertThat(reader.arrayLength()).isEqualTo(300);
                for (int i : asked) {
                    var value = reader.bulk();
                    if (value != null) {
                        found++;
                        // Then
                        assertThat(value).as("key %d", i).isEqualTo(content(i, size(i)));
                    }
                }
            }
            stop.set(true);
            for (var each : work) {
                assertThat(each.get(30, TimeUnit.SECONDS)).isNull();
            }
        }
    }

    private static int size(int i) {
        return 1 + i * 7919 % (2 * MIB);
    }

    @Test
    void mexistsAnswersForEachKeyAndLeasesWhatIsThere() throws Exception {
        // Given
        try (var fixture = new RespFixture(64, RespFixture.settings());
                var client = new Connection(fixture)) {
            for (int i = 0; i < 10; i++) {
                client.set(key(i), content(i, MIB));
            }
            // When
            var asked = List.of(key(3), key(99), key(0), "k".repeat(5000), key(3));
            client.send("KVP.MEXISTS", asked);
            // Then
            assertThat(client.arrayLength()).isEqualTo(5);
            assertThat(List.of(client.line(), client.line(), client.line(), client.line(), client.line()))
                    .containsExactly(":1", ":0", ":1", ":0", ":1");
            // And what was asked for outlives what was not
            for (int i = 100; i < 170; i++) {
                client.set(key(i), content(i, MIB));
            }
            client.send("KVP.MEXISTS", List.of(key(0), key(1), key(3)));
            assertThat(client.arrayLength()).isEqualTo(3);
            assertThat(List.of(client.line(), client.line(), client.line())).containsExactly(":1", ":0", ":1");
        }
    }

    @Test
    void moreKeysThanAreAllowedAreRefusedAndTheConnectionGoesOn() throws Exception {
        try (var fixture = new RespFixture(64, RespFixture.settings());
                var client = new Connection(fixture)) {
            // Given
            var keys = new ArrayList<String>();
            for (int i = 0; i < 1025; i++) {
                keys.add(key(i));
            }
            for (var command : List.of("MGET", "KVP.MEXISTS", "DEL")) {
                // When
                client.send(command, keys);
                // Then
                assertThat(client.line()).startsWith("-ERR 1025 arguments for").contains("allowed are 1024 keys");
            }
            client.send("KVP.MEXISTS", List.of());
            assertThat(client.line()).startsWith("-ERR wrong number of arguments for 'kvp.mexists'");
            client.send("PING", List.of());
            assertThat(client.line()).isEqualTo("+PONG");
        }
    }

    private static String key(int i) {
        return "sparse@01000100@0@" + HexFormat.of().toHexDigits(i).repeat(8);
    }

    private static byte[] content(int i, int size) {
        var content = new byte[size];
        new Random(i).nextBytes(content);
        return content;
    }

    /** A client that reads values of any size. */
    private static final class Connection implements AutoCloseable {
        private final Socket socket;
        private final DataInputStream in;

        Connection(RespFixture fixture) throws IOException {
            this.socket = new Socket(InetAddress.getLoopbackAddress(), fixture.server.port());
            socket.setSoTimeout(30_000);
            socket.setTcpNoDelay(true);
            this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
        }

        void send(String command, List<String> arguments) throws IOException {
            var words = new ArrayList<String>();
            words.add(command);
            words.addAll(arguments);
            var request = new StringBuilder("*" + words.size() + "\r\n");
            words.forEach(word -> request.append('$')
                    .append(word.length())
                    .append("\r\n")
                    .append(word)
                    .append("\r\n"));
            socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.US_ASCII));
        }

        void set(String key, byte[] value) throws IOException {
            var head = "*3\r\n$3\r\nSET\r\n$" + key.length() + "\r\n" + key + "\r\n$" + value.length + "\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(value);
            socket.getOutputStream().write("\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(line()).isEqualTo("+OK");
        }

        String line() throws IOException {
            var line = new StringBuilder();
            for (int next = in.readUnsignedByte(); next != '\n'; next = in.readUnsignedByte()) {
                line.append((char) next);
            }
            return line.substring(0, line.length() - 1);
        }

        int arrayLength() throws IOException {
            var line = line();
            assertThat(line).startsWith("*");
            return Integer.parseInt(line.substring(1));
        }

        byte[] bulk() throws IOException {
            var line = line();
            assertThat(line).startsWith("$");
            int length = Integer.parseInt(line.substring(1));
            if (length < 0) {
                return null;
            }
            var bytes = new byte[length];
            in.readFully(bytes);
            assertThat(line()).isEmpty();
            return bytes;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
