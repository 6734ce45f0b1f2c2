package dev.kvcachepool.prefixadvert.wire;

import java.util.regex.Pattern;

/**
 * Something that engines do otherwise than the pool declares it, so that no request is steered to what they store.
 *
 * @param model as the engines name it, cut to {@link #MAX_TEXT} characters, without control characters
 * @param declared what the pool says of the model; empty where it says nothing
 * @param found what the engines do
 * @param values how many values or prompts said so of late, 1 or more
 */
public record Mismatch(Kind kind, String model, String declared, String found, long values) {
    /** Of each text, in characters. */
    public static final int MAX_TEXT = 256;

    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    public Mismatch {
        model = plain(model);
        declared = plain(declared);
        found = plain(found);
        if (values < 1) {
            throw new IllegalArgumentException("values is " + values + ", allowed is 1 or more");
        }
    }

    /** What is otherwise. */
    public enum Kind {
        /** The pool declares no such model. */
        MODEL("model"),
        /** Chunks are named by hashes of another form. */
        HASH("hash"),
        /** Chunks have another number of tokens. */
        CHUNK_TOKENS("chunk-tokens"),
        /** Values of whole chunks have another size. */
        VALUE_BYTES("value-bytes"),
        /** Chunks are stored, and none of them is of a prompt that was sent to the engines. */
        PROMPTS("prompts");

        private final String id;

        Kind(String id) {
            this.id = id;
        }

        /** As metrics, logs and JSON call it. */
        public String id() {
            return id;
        }
    }

    /** In a sentence that names both sides. */
    public String sentence() {
        return declared.isEmpty()
                ? "model " + model + ": " + found + ", and the pool declares no such model"
                : "model " + model + ": " + found + ", the pool declares " + declared;
    }

    /** Fit for a log: engines choose these names. */
    private static String plain(String text) {
        var cut = text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
        return CONTROL.matcher(cut).replaceAll("?");
    }
}
