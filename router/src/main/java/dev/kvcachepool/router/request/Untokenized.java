package dev.kvcachepool.router.request;

import java.util.Map;

/** What a request asks an engine to tokenize, as it stands in the request. It may be a secret, so it is never printed. */
public sealed interface Untokenized {

    /** A prompt's text. */
    record Text(String text, boolean addSpecialTokens) implements Untokenized {
        @Override
        public String toString() {
            return "Text";
        }
    }

    /**
     * A chat's messages, and the other fields that its prompt depends on, as {@link JsonValues}.
     *
     * @param fields by their names in the request; {@code messages} is among them
     */
    record Chat(Map<String, Object> fields) implements Untokenized {
        @Override
        public String toString() {
            return "Chat";
        }
    }

    /** Something else, or with a field by which no text alone tells the tokens. */
    record Unsupported() implements Untokenized {}
}
