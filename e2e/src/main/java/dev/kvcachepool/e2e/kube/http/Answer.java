package dev.kvcachepool.e2e.kube.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kvcachepool.e2e.kube.model.Json;
import java.nio.charset.StandardCharsets;

/** An answer that is complete. */
record Answer(int code, String contentType, byte[] body) {
    static Answer json(int code, JsonNode body) {
        return new Answer(code, "application/json", Json.bytes(body));
    }

    static Answer ok(JsonNode body) {
        return json(200, body);
    }

    static Answer text(String text) {
        return new Answer(200, "text/plain", text.getBytes(StandardCharsets.UTF_8));
    }
}
