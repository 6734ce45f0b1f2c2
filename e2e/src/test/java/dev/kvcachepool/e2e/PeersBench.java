package dev.kvcachepool.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kvcachepool.e2e.process.Program;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What reading through another node costs: GET from the node that holds a value, KVP.FETCH from it as another node does, and
 * GET through a node that keeps no copy; one after the other, one connection each, medians of one run. Prints and judges nothing.
 */
@Tag("bench")
class PeersBench {
    private static final int MIB = 1 << 20;
    private static final int ROUNDS = 60;

    @Test
    void getThroughAPeerBesideGetFromTheOwner() throws Exception {
        // Given
        var pool = Fixture.newPool();
        try (var a = node("a", pool);
                var b = node("b", pool);
                var owner = new Client(a);
                var fetcher = new Client(a);
                var through = new Client(b)) {
            fetcher.greet();
            for (int mebibytes : new int[] {2, 32}) {
                var key = Chunks.key(mebibytes);
                var value = new byte[mebibytes * MIB];
                new Random(1).nextBytes(value);
                try (var jedis = Fixture.jedis(a);
                        var asked = Fixture.jedis(b)) {
                    jedis.set(key, value);
                    await().atMost(Duration.ofSeconds(60)).until(() -> asked.exists(key));
                }
                // When
                var times = new ArrayList<List<Long>>();
                for (int i = 0; i < 3; i++) {
                    times.add(new ArrayList<>());
                }
                for (int round = 0; round < 2 * ROUNDS; round++) {
                    var list = List.of(
                            owner.time("GET", key, value.length),
                            fetcher.time("KVP.FETCH", key, value.length),
                            through.time("GET", key, value.length));
                    for (int i = 0; round >= ROUNDS && i < 3; i++) {
                        times.get(i).add(list.get(i));
                    }
                }
                // Then
                double get = median(times.get(0));
                double fetch = median(times.get(1));
                double peer = median(times.get(2));
                System.out.printf(
                        "RESULT %d MiB: GET %.3f ms (%.2f GB/s), KVP.FETCH %.3f ms (%.2f x), GET through a peer %.3f ms (%.2f x)%n",
                        mebibytes, get / 1e6, value.length / get, fetch / 1e6, get / fetch, peer / 1e6, get / peer);
                assertThat(peer).isPositive();
            }
        }
    }

    private static double median(List<Long> times) {
        return times.stream().sorted().toList().get(times.size() / 2);
    }

    private static Program node(String id, String pool) {
        return Fixture.cacheNode(
                id,
                "--kafka",
                Fixture.broker().address(),
                "--pool",
                pool,
                "--host-size",
                "512Mi",
                "--peers",
                "true",
                "--peer-copies",
                "never",
                "--peer-timeout",
                "2s");
    }

    /** A connection that reads without making anything of it. */
    private static final class Client implements AutoCloseable {
        private final Socket socket;
        private final DataInputStream in;
        private final OutputStream out;
        private final byte[] buffer = new byte[MIB];

        Client(Program node) throws IOException {
            var address = node.address("resp").split(":", -1);
            this.socket = new Socket(address[0], Integer.parseInt(address[1]));
            socket.setTcpNoDelay(true);
            this.in = new DataInputStream(socket.getInputStream());
            this.out = socket.getOutputStream();
        }

        void greet() throws IOException {
            send(bytes("KVP.PEER"), bytes("bench"), bytes("LOCAL"), bytes("0"));
            assertThat(line()).isEqualTo("+OK");
        }

        /** How long a command takes, ns, whose reply has one value and perhaps numbers around it. */
        long time(String command, byte[] key, int size) throws IOException {
            long start = System.nanoTime();
            send(bytes(command), key);
            boolean fetched = command.equals("KVP.FETCH");
            if (fetched) {
                assertThat(line()).isEqualTo("*3");
                assertThat(line()).isEqualTo(":-1");
            }
            assertThat(line()).isEqualTo("$" + size);
            for (int left = size + 2; left > 0; ) {
                int read = in.read(buffer, 0, Math.min(left, buffer.length));
                assertThat(read).isPositive();
                left -= read;
            }
            if (fetched) {
                assertThat(line()).startsWith(":");
            }
            return System.nanoTime() - start;
        }

        private void send(byte[]... words) throws IOException {
            var request = new ByteArrayOutputStream();
            request.writeBytes(bytes("*" + words.length + "\r\n"));
            for (var word : words) {
                request.writeBytes(bytes("$" + word.length + "\r\n"));
                request.writeBytes(word);
                request.writeBytes(bytes("\r\n"));
            }
            out.write(request.toByteArray());
        }

        private String line() throws IOException {
            var line = new StringBuilder();
            for (int b = in.read(); b != '\r'; b = in.read()) {
                if (b < 0) {
                    throw new IOException("the node has ended the connection");
                }
                line.append((char) b);
            }
            assertThat(in.read()).isEqualTo('\n');
            return line.toString();
        }

        private static byte[] bytes(String text) {
            return text.getBytes(StandardCharsets.US_ASCII);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
