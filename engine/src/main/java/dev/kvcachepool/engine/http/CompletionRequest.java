package dev.kvcachepool.engine.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.kvcachepool.engine.serve.Prompt;
import java.io.IOException;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The body of {@code POST /v1/completions}; fields that say nothing to this engine are passed over. */
final class CompletionRequest {
    private static final int DEFAULT_MAX_TOKENS = 16;
    private static final int MOST_SALT = 128;
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(32)
                    .maxStringLength(1 << 20)
                    .maxNameLength(256)
                    .build())
            .build();

    private @Nullable String model;
    private int @Nullable [] tokens;
    private int maxTokens = DEFAULT_MAX_TOKENS;
    private String salt = "";
    private boolean stream;

    /** What a client asked. */
    record Parsed(@Nullable String model, Prompt prompt, boolean stream) {}

    /**
     * Reads a body.
     *
     * @throws IllegalArgumentException for a body that asks nothing, which says why
     */
    static Parsed parse(byte[] body) {
        var request = new CompletionRequest();
        try (var json = JSON.createParser(body)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("the body is no JSON object");
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                var name = json.currentName();
                json.nextToken();
                request.member(name, json);
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("the body is no JSON that is allowed", e);
        }
        var tokens = request.tokens;
        if (tokens == null) {
            throw new IllegalArgumentException("prompt is missing, allowed is an array of token ids");
        }
        return new Parsed(request.model, new Prompt(tokens, request.maxTokens, request.salt), request.stream);
    }

    private void member(String name, JsonParser json) throws IOException {
        switch (name) {
            case "model" -> model = text(name, json);
            case "prompt" -> tokens = ids(json);
            case "max_tokens" -> maxTokens = number(name, json);
            case "cache_salt" -> salt = salt(text(name, json));
            case "stream" -> {
                if (!json.currentToken().isBoolean()) {
                    throw refused(name, json, "true or false");
                }
                stream = json.getBooleanValue();
            }
            default -> json.skipChildren();
        }
    }

    private static String text(String name, JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            throw refused(name, json, "a string");
        }
        return json.getText();
    }

    /** Not shown: it is a secret. */
    private static String salt(String salt) {
        if (salt.length() > MOST_SALT || salt.chars().anyMatch(c -> c == '@' || c == '/' || c == '\\' || c == 0)) {
            throw new IllegalArgumentException(
                    "cache_salt is of another form, allowed are " + MOST_SALT + " characters without @ / \\ and NUL");
        }
        return salt;
    }

    private static int number(String name, JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.VALUE_NUMBER_INT || json.getNumberType() != JsonParser.NumberType.INT) {
            throw refused(name, json, "a whole number");
        }
        return json.getIntValue();
    }

    private static int[] ids(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw refused("prompt", json, "an array of token ids: this engine has no tokenizer");
        }
        var ids = IntStream.builder();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            ids.add(number("prompt", json));
        }
        return ids.build().toArray();
    }

    private static IllegalArgumentException refused(String name, JsonParser json, String allowed) {
        var is = json.currentToken()
                .name()
                .toLowerCase(Locale.ROOT)
                .replace("value_", "")
                .replace('_', ' ');
        return new IllegalArgumentException(name + " is a " + is + ", allowed is " + allowed);
    }
}
