package dev.kvcachepool.router.http;

import com.fasterxml.jackson.core.JsonToken;
import dev.kvcachepool.router.request.BadRequest;
import dev.kvcachepool.router.request.JsonReader;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The body of {@code POST /v1/blend-lookup}: {@code {"model": "…", "tokens": [1, 2, …], "salt"?: "…"}}. */
final class BlendBody {
    private final int maxTokens;
    private @Nullable String model;
    private int @Nullable [] tokens;
    private String salt = "";

    private BlendBody(int maxTokens) {
        this.maxTokens = maxTokens;
    }

    /** What the body asks. */
    @SuppressWarnings("ArrayRecordComponent") // never compared, and up to a million long
    record Parsed(String model, String salt, int[] tokens) {
        @Override
        public String toString() {
            return "Parsed[model=" + model + "]";
        }
    }

    static Parsed parse(byte[] body, int maxTokens) throws BadRequest {
        var parsed = new BlendBody(maxTokens);
        JsonReader.readBody(body, parsed::member);
        if (parsed.model == null) {
            throw new BadRequest("model", "missing", "the model's name as it stands in the engines' keys");
        }
        if (parsed.tokens == null) {
            throw new BadRequest("tokens", "missing", "an array of 1 to " + maxTokens + " token ids");
        }
        return new Parsed(parsed.model, parsed.salt, parsed.tokens);
    }

    private void member(String name, JsonReader json) throws BadRequest, IOException {
        switch (name) {
            case "model" -> model = PickBody.model(json.string("model"));
            case "salt" -> salt = PickBody.salt(json.string("salt"));
            case "tokens" -> {
                json.expect(JsonToken.START_ARRAY, "tokens", "an array of token ids");
                tokens = json.tokens("tokens", maxTokens);
            }
            default -> throw new BadRequest(name, "unknown field", "model, tokens, salt");
        }
    }
}
