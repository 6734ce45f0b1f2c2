package dev.kvcachepool.router.request;

import com.fasterxml.jackson.core.JsonToken;
import dev.kvcachepool.router.pick.Caller;
import dev.kvcachepool.router.pick.PickRequest;
import dev.kvcachepool.router.pick.Prompt;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * As much of an OpenAI-compatible completion request as routing needs; the rest is for the engine to judge. A prompt of
 * token ids can be steered as it is; text must be tokenized first, or else is routed by load, its length guessed at {@value
 * #BYTES_A_TOKEN} bytes a token.
 */
public final class CompletionBody {
    static final int BYTES_A_TOKEN = 4;
    private static final String TEXT = "the prompt is text";

    private final int maxTokens;
    private final boolean keepText;
    private final PromptFields fields = new PromptFields();
    private String model = "";
    private String salt = "";
    private boolean stream;
    private @Nullable Prompt prompt;

    private CompletionBody(int maxTokens, boolean keepText) {
        this.maxTokens = maxTokens;
        this.keepText = keepText;
    }

    /**
     * What the body says.
     *
     * @param stream whether the engine answers as it goes
     * @param untokenized what its tokens would be made of; null where it has them, has nothing, or nobody wants to know
     */
    public record Parsed(
            PickRequest request, boolean stream, @Nullable Untokenized untokenized) {

        /** The same of {@code caller}. */
        public Parsed from(Caller caller) {
            return new Parsed(request.from(caller), stream, untokenized);
        }
    }

    /** Reads a body, without keeping its text. */
    public static Parsed parse(byte[] body, int maxTokens) throws BadRequest {
        return parse(body, maxTokens, false);
    }

    /** Reads a body; {@code keepText} if what its tokens would be made of is wanted. */
    public static Parsed parse(byte[] body, int maxTokens, boolean keepText) throws BadRequest {
        var parsed = new CompletionBody(maxTokens, keepText);
        JsonReader.readBody(body, parsed::member);
        var prompt = parsed.prompt == null ? new Prompt.Opaque(1, "there is no prompt") : parsed.prompt;
        var untokenized = prompt instanceof Prompt.Opaque ? parsed.fields.untokenized() : null;
        return new Parsed(new PickRequest(parsed.model, parsed.salt, prompt, Set.of()), parsed.stream, untokenized);
    }

    private void member(String name, JsonReader json) throws BadRequest, IOException {
        switch (name) {
            case "model" -> model = json.string("model");
            case "cache_salt" -> salt = json.token() == JsonToken.VALUE_NULL ? "" : json.string("cache_salt");
            case "stream" -> stream = json.token() != JsonToken.VALUE_NULL && json.bool("stream");
            case "prompt" -> prompt = prompt(json);
            case "messages" -> prompt = messages(json);
            default -> {
                if (!keepText || !fields.read(name, json)) {
                    json.skip();
                }
            }
        }
    }

    private Prompt prompt(JsonReader json) throws BadRequest, IOException {
        if (json.token() != JsonToken.START_ARRAY) {
            keep(json);
            return text(json);
        }
        var first = json.next();
        if (first == JsonToken.VALUE_STRING) {
            return texts(json);
        }
        if (first == JsonToken.VALUE_NUMBER_INT) {
            return new Prompt.Tokens(json.tokens("prompt", maxTokens));
        }
        if (first == JsonToken.START_ARRAY) {
            return batch(json);
        }
        return restOfArray(json, TEXT);
    }

    /** One array of token ids is a prompt; several are a batch, for which there is no one best endpoint. */
    private Prompt batch(JsonReader json) throws BadRequest, IOException {
        if (json.next() != JsonToken.VALUE_NUMBER_INT) {
            skipToEnd(json);
            json.next();
            return restOfArray(json, TEXT);
        }
        var tokens = json.tokens("prompt[0]", maxTokens);
        return json.next() == JsonToken.END_ARRAY
                ? new Prompt.Tokens(tokens)
                : restOfArray(json, "there are several prompts");
    }

    /** One text in an array is a prompt, too. */
    private Prompt texts(JsonReader json) throws BadRequest, IOException {
        var start = json.offset();
        var text = keepText ? json.string("prompt[0]") : "";
        var length = json.textLength();
        if (json.next() != JsonToken.END_ARRAY) {
            skipToEnd(json);
            return new Prompt.Opaque((json.offset() - start + length) / BYTES_A_TOKEN, TEXT);
        }
        if (keepText) {
            fields.text(text);
        }
        return new Prompt.Opaque(length / BYTES_A_TOKEN, TEXT);
    }

    private void keep(JsonReader json) throws BadRequest, IOException {
        if (keepText && json.token() == JsonToken.VALUE_STRING) {
            fields.text(json.string("prompt"));
        }
    }

    private Prompt messages(JsonReader json) throws IOException {
        var start = json.offset();
        if (keepText && fields.read("messages", json)) {
            return new Prompt.Opaque((json.offset() - start) / BYTES_A_TOKEN, TEXT);
        }
        return text(json);
    }

    private static Prompt restOfArray(JsonReader json, String why) throws IOException {
        var start = json.offset();
        skipToEnd(json);
        return new Prompt.Opaque((json.offset() - start) / BYTES_A_TOKEN, why);
    }

    /** Skips the elements from where the reader stands to the end of the array they are in. */
    private static void skipToEnd(JsonReader json) throws IOException {
        while (json.token() != JsonToken.END_ARRAY) {
            json.skip();
            json.next();
        }
    }

    private static Prompt text(JsonReader json) throws IOException {
        var start = json.offset();
        if (json.token() == JsonToken.VALUE_STRING) {
            return new Prompt.Opaque(json.textLength() / BYTES_A_TOKEN, TEXT);
        }
        json.skip();
        return new Prompt.Opaque((json.offset() - start) / BYTES_A_TOKEN, TEXT);
    }
}
