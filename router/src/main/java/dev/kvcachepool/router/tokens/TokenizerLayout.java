package dev.kvcachepool.router.tokens;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What stands around the vocabulary in a {@code tokenizer.json}. The vocabulary itself, megabytes of it, is skipped.
 *
 * @param modelType {@code BPE}, {@code Unigram} and so on
 * @param dropout whether merges are left out by chance, so that no text has one tokenization
 */
record TokenizerLayout(
        List<AddedToken> added, JsonNode normalizer, JsonNode preTokenizer, String modelType, boolean dropout) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Reads it; throws {@link IOException} saying what it is instead. */
    static TokenizerLayout read(String json) throws IOException {
        JsonNode added = MissingNode.getInstance();
        JsonNode normalizer = MissingNode.getInstance();
        JsonNode preTokenizer = MissingNode.getInstance();
        var model = new Model("", false);
        try (var parser = JSON.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("is no JSON object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                var name = parser.currentName();
                parser.nextToken();
                switch (name) {
                    case "added_tokens" -> added = JSON.readTree(parser);
                    case "normalizer" -> normalizer = JSON.readTree(parser);
                    case "pre_tokenizer" -> preTokenizer = JSON.readTree(parser);
                    case "model" -> model = model(parser);
                    default -> parser.skipChildren();
                }
            }
        } catch (JsonProcessingException e) {
            throw new IOException("is no JSON: " + e.getOriginalMessage());
        }
        return new TokenizerLayout(added(added), normalizer, preTokenizer, model.type, model.dropout);
    }

    private record Model(String type, boolean dropout) {}

    private static Model model(JsonParser parser) throws IOException {
        var type = "";
        var dropout = false;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            var name = parser.currentName();
            var value = parser.nextToken();
            if (name.equals("type")) {
                type = parser.getText();
            } else if (name.equals("dropout")) {
                dropout = value.isNumeric() && parser.getDoubleValue() > 0;
            }
            parser.skipChildren();
        }
        return new Model(type, dropout);
    }

    private static List<AddedToken> added(JsonNode tokens) {
        var added = new ArrayList<AddedToken>();
        for (var token : tokens) {
            added.add(new AddedToken(
                    token.path("content").asText(),
                    token.path("single_word").asBoolean(),
                    token.path("lstrip").asBoolean(),
                    token.path("rstrip").asBoolean(),
                    token.path("normalized").asBoolean()));
        }
        return added;
    }
}
