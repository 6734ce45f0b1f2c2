package dev.kvcachepool.router.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvcachepool.prefixadvert.table.Liveness;
import dev.kvcachepool.router.pick.FakeAdverts;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whose requests these are, by header and by field; nobody is behind these endpoints, which compute a thousand tokens a second. */
class CallersRouteTest {
    private static final String TENANT = "x-gateway-inference-fairness-id";
    private static final String LONG = "x".repeat(257);
    private static final String PROMPT = "\"prompt\":\"" + "x".repeat(3_600) + "\"";

    private final FakeAdverts adverts = new FakeAdverts().node("n0", Liveness.FRESH, FakeAdverts.MODEL);
    private final RouterServer router =
            new RouterServer(adverts, Duration.ofSeconds(10), List.of("e0=http://127.0.0.1:1@n0"));

    @AfterEach
    void stop() {
        router.close();
    }

    @Test
    void aTenantAboveItsShareGets429WhereverItAsks() throws Exception {
        // Given one that floods, beside another
        for (int i = 0; i < 12; i++) {
            assertThat(pick("\"tenant\":\"flood\"").statusCode()).isEqualTo(200);
        }
        assertThat(pick("\"tenant\":\"other\"").statusCode()).isEqualTo(200);

        // When
        var picked = pick("\"tenant\":\"flood\"");
        var proxied = complete(TENANT, "flood");

        // Then
        assertThat(picked.statusCode()).isEqualTo(429);
        assertThat(message(picked)).contains("share").contains("try again in");
        assertThat(proxied.statusCode()).isEqualTo(429);
        assertThat(message(proxied)).contains("share").doesNotContain("flood");
        assertThat(pick("\"tenant\":\"other\"").statusCode()).isEqualTo(200);
        assertThat(router.registry
                        .find("kvcachepool.router.picks")
                        .tag("reason", "over-share")
                        .counter()
                        .count())
                .isEqualTo(2);
        await().until(() -> router.admission.inFlight() == 0);
    }

    @Test
    void namesThatAreTooLongAreRefusedByTheirName() throws Exception {
        // When
        var tenant = pick("\"tenant\":\"" + LONG + "\"");
        var session = pick("\"session\":\"" + LONG + "\"");
        var header = complete("x-session-id", LONG);

        // Then
        assertThat(tenant.statusCode()).isEqualTo(400);
        assertThat(message(tenant)).contains("tenant is 257 characters, allowed: at most 256");
        assertThat(message(session)).contains("session is 257 characters");
        assertThat(header.statusCode()).isEqualTo(400);
        assertThat(message(header)).contains("header x-session-id is 257 characters");
        await().until(() -> router.admission.inFlight() == 0);
    }

    private HttpResponse<String> pick(String field) throws Exception {
        return router.post("/v1/pick", "{\"model\":\"none\"," + field + "," + PROMPT + "}");
    }

    private HttpResponse<String> complete(String header, String value) throws Exception {
        return router.send(router.request("/v1/completions")
                .header(header, value)
                .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"none\"," + PROMPT + "}")));
    }

    private static String message(HttpResponse<String> response) throws Exception {
        return new ObjectMapper()
                .readTree(response.body())
                .path("error")
                .path("message")
                .asText();
    }
}
