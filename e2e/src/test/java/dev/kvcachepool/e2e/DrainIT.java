package dev.kvcachepool.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A node that was told to end. */
class DrainIT {
    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void servesNewClientsUntilServicesLeaveItAlone() {
        try (var node = Fixture.cacheNode("n0", "--drain-delay", "12s");
                var redis = Fixture.jedis(node)) {
            // Given
            redis.set("k", "v");
            // When it ends, and says that it is not ready
            ProcessHandle.of(node.pid()).orElseThrow().destroy();
            await().pollInterval(Duration.ofMillis(20)).until(() -> readiness(node.address("http")) == 503);
            // Then whoever is led to it all the same is served
            try (var late = Fixture.jedis(node)) {
                assertThat(late.get("k")).isEqualTo("v");
            }
            node.kill();
        }
    }

    private int readiness(String address) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://" + address + "/health/ready"))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }
}
