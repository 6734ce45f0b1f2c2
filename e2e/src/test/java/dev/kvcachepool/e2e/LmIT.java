package dev.kvcachepool.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kvcachepool.e2e.process.Program;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.HostAndPort;

/** A chunk over {@code lm://}, from a real process to the table. */
class LmIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String MODEL = "lm-8b";
    private static final String KEY = MODEL + "@1@0@-30edda7dc385d3d7@bfloat16";
    private static final int PUT = 1;
    private static final int GET = 2;

    @Test
    void aChunkIsStoredReadAdvertisedAndCounted() throws Exception {
        // Given
        var payload = new byte[3 << 20];
        new Random(1).nextBytes(payload);
        var pool = Fixture.newPool();
        try (var node = Fixture.cacheNode(
                        "lm",
                        "--lm-port=0",
                        "--kafka=" + Fixture.broker().address(),
                        "--pool=" + pool,
                        "--model=name=" + MODEL + ",chunk-tokens=256,scheme=lmcache-builtin");
                var table = Fixture.reader(Fixture.broker(), pool)) {
            node.await();
            try (var client = connect(node)) {
                // When
                client.getOutputStream().write(request(PUT, payload.length));
                client.getOutputStream().write(payload);
                client.getOutputStream().write(request(GET, 0));
                // Then
                var in = new DataInputStream(client.getInputStream());
                assertThat(in.readNBytes(36)).isEqualTo(integers(200, payload.length, 1, 3, 2, 32, 256, 1024, 0));
                assertThat(in.readNBytes(payload.length)).isEqualTo(payload);
            }
            await().atMost(PATIENCE).until(() -> table.index().pairs() == 1);
            assertThat(metrics(node))
                    .contains("kvcachepool_protocol_commands_total{command=\"put\",protocol=\"lm\"} 1.0")
                    .contains("kvcachepool_protocol_connections_accepted_total{protocol=\"lm\"} 1.0")
                    .contains("kvcachepool_protocol_connections{protocol=\"resp\"} 0.0")
                    .contains("kvcachepool_resp_padded_misses_total 0.0");
        }
    }

    private static Socket connect(Program node) throws IOException {
        var address = HostAndPort.from(node.address("lm"));
        var socket = new Socket(address.getHost(), address.getPort());
        socket.setSoTimeout((int) PATIENCE.toMillis());
        return socket;
    }

    private static String metrics(Program node) throws IOException, InterruptedException {
        try (var http = HttpClient.newHttpClient()) {
            var uri = URI.create("http://" + node.address("http") + "/metrics");
            return http.send(HttpRequest.newBuilder(uri).timeout(PATIENCE).build(), BodyHandlers.ofString())
                    .body();
        }
    }

    private static byte[] request(int command, int length) {
        return ByteBuffer.allocate(186)
                .put(integers(command, length, 1, 3, 1, 2, 32, 256, 1024))
                .put((KEY + " ".repeat(150 - KEY.length())).getBytes(StandardCharsets.US_ASCII))
                .array();
    }

    private static byte[] integers(int... integers) {
        var bytes = ByteBuffer.allocate(4 * integers.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int integer : integers) {
            bytes.putInt(integer);
        }
        return bytes.array();
    }
}
