package dev.kvcachepool.router.request;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.Map;

/** Bodies of error answers: {@code {"error": {…}}}, as the engines' own are, in JSON. */
public final class ErrorBody {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ErrorBody() {}

    /** What is wrong with the request: its field, the value, and what is allowed. */
    public static byte[] of(BadRequest refusal) {
        var error = new LinkedHashMap<String, Object>();
        error.put("message", refusal.getMessage());
        error.put("type", refusal.status() == 429 ? "overloaded" : "invalid_request");
        error.put("field", refusal.field());
        error.put("value", refusal.value());
        error.put("allowed", refusal.allowed());
        return json(Map.of("error", error));
    }

    /** What is wrong with the router or the engines. */
    public static byte[] of(String type, String message) {
        return json(Map.of("error", Map.of("message", message, "type", type)));
    }

    private static byte[] json(Object body) {
        try {
            return JSON.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("maps of text are JSON", e);
        }
    }
}
