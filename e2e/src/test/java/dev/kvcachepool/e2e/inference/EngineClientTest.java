package dev.kvcachepool.e2e.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EngineClientTest {
    private final HttpServer engine;
    private final Queue<Integer> storing = new ArrayDeque<>();

    EngineClientTest() throws IOException {
        engine = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        engine.createContext("/metrics", exchange -> {
            int left = storing.size() > 1 ? storing.remove() : storing.element();
            var text = "# TYPE kvcachepool_engine_chunks_storing gauge\nkvcachepool_engine_chunks_storing{model=\"m\"} "
                    + left + ".0\n";
            var body = text.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            try (var out = exchange.getResponseBody()) {
                out.write(body);
            }
        });
        engine.start();
    }

    @AfterEach
    void end() {
        engine.stop(0);
    }

    private EngineClient client() {
        return new EngineClient("127.0.0.1:" + engine.getAddress().getPort(), "m");
    }

    @Test
    void whatIsNeverStoredIsNotWaitedForForEver() {
        // Given
        storing.add(3);

        // Then
        assertThatThrownBy(() -> client().awaitStored(Duration.ofMillis(100)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("3 chunks")
                .hasMessageContaining("PT0.1S");
    }

    @Test
    void itIsWaitedForUntilAllIsStored() throws InterruptedException {
        // Given
        storing.addAll(List.of(3, 1, 0));

        // When
        client().awaitStored();

        // Then all three were asked for
        assertThat(storing).containsExactly(0);
    }
}
