package dev.kvcachepool.router.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The packaged program: starts, says where, answers, stops when told to. */
class RouterProcessIT {

    @Test
    @Timeout(60)
    void servesAndStops() throws Exception {
        // Given
        var root = Path.of(System.getProperty("kvp.root"));
        var process = new ProcessBuilder(
                        root.resolve("bin/router").toString(),
                        "--http-port=0",
                        "--listen-address=127.0.0.1",
                        "--policy=least-loaded",
                        "--endpoint=a=http://127.0.0.1:1")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var client = HttpClient.newHttpClient();
                var out = process.inputReader()) {
            // When
            var line = out.readLine();

            // Then
            assertThat(line).matches("serving http=127\\.0\\.0\\.1:\\d+");
            var base = "http://" + line.substring(line.indexOf('=') + 1);
            assertThat(get(client, base + "/health/ready").statusCode()).isEqualTo(200);
            assertThat(get(client, base + "/metrics").body()).contains("kvcachepool_router_index_ready");
            assertThat(get(client, base + "/v1/endpoints").body()).contains("http://127.0.0.1:1");
            // By its handle, which leaves the streams open.
            process.toHandle().destroy();
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(out.readLine()).as("one line on stdout").isNull();
        } finally {
            process.destroyForcibly();
        }
    }

    private static HttpResponse<String> get(HttpClient client, String url) throws Exception {
        return client.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
    }
}
