package dev.kvcachepool.engine.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvcachepool.engine.serve.Served;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Answers as JSON. A token's text is its number: there is no tokenizer. Thread-safe. */
final class AnswerJson {
    private static final ObjectMapper JSON = new ObjectMapper();
    static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);

    private final String model;

    AnswerJson(String model) {
        this.model = model;
    }

    private ObjectNode completion(List<Integer> tokens, boolean last) {
        var root = JSON.createObjectNode().put("object", "text_completion").put("model", model);
        var choice = root.putArray("choices").addObject().put("index", 0);
        var text = new StringBuilder();
        var ids = choice.putArray("token_ids");
        for (int token : tokens) {
            text.append(' ').append(token);
            ids.add(token);
        }
        choice.put("text", text.toString());
        choice.put("finish_reason", last ? "length" : null);
        return root;
    }

    /** A server-sent event of one token. */
    byte[] event(int token) {
        return event(completion(List.of(token), false));
    }

    /** The event after the last token. */
    byte[] end(Served served) {
        var root = completion(List.of(), true);
        root.set("usage", usage(served));
        return event(root);
    }

    /** The whole answer. */
    byte[] whole(List<Integer> tokens, Served served) {
        var root = completion(tokens, true);
        root.set("usage", usage(served));
        return bytes(root);
    }

    byte[] error(String message) {
        var root = JSON.createObjectNode();
        root.putObject("error").put("message", message).put("type", "invalid_request_error");
        return bytes(root);
    }

    byte[] models() {
        var root = JSON.createObjectNode().put("object", "list");
        root.putArray("data")
                .addObject()
                .put("id", model)
                .put("object", "model")
                .put("owned_by", "kvcachepool");
        return bytes(root);
    }

    private static ObjectNode usage(Served served) {
        var usage = JSON.createObjectNode()
                .put("prompt_tokens", served.promptTokens())
                .put("completion_tokens", served.answerTokens())
                .put("total_tokens", served.promptTokens() + served.answerTokens());
        usage.putObject("prompt_tokens_details").put("cached_tokens", served.prefixTokens() + served.movedTokens());
        usage.putObject("kv_cache")
                .put("held_tokens", served.heldTokens())
                .put("prefix_tokens", served.prefixTokens())
                .put("moved_tokens", served.movedTokens())
                .put("recomputed_tokens", served.recomputedTokens())
                .put("bytes_read", served.bytesRead())
                .put("queued_ms", served.queuedNanos() / 1e6)
                .put("first_token_ms", served.firstTokenNanos() / 1e6)
                .put("total_ms", served.totalNanos() / 1e6);
        return usage;
    }

    private static byte[] event(ObjectNode data) {
        var json = new String(bytes(data), StandardCharsets.UTF_8);
        return ("data: " + json + "\n\n").getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] bytes(ObjectNode node) {
        try {
            return JSON.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can always be written", e);
        }
    }
}
