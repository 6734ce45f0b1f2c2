package dev.kvcachepool.e2e.kube.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kvcachepool.e2e.kube.model.Json;
import io.vertx.core.buffer.Buffer;

/** An answer that is complete. */
record Answer(int code, String contentType, Buffer body) {
    static Answer json(int code, JsonNode body) {
        return new Answer(code, "application/json", Buffer.buffer(Json.bytes(body)));
    }

    static Answer ok(JsonNode body) {
        return json(200, body);
    }

    static Answer text(String text) {
        return new Answer(200, "text/plain", Buffer.buffer(text));
    }
}
