package dev.kvcachepool.router.tokens;

/** A prompt whose tokens cannot be had here; it is routed by load. */
public final class Untokenizable extends Exception {
    private final Why why;

    public Untokenizable(Why why) {
        super(why.text, null, false, false);
        this.why = why;
    }

    public Why why() {
        return why;
    }

    /** Why, as metrics and explanations say it. */
    public enum Why {
        NO_TOKENIZER("no-tokenizer", "the prompt is text, and the router has no tokenizer for the model"),
        NO_TEMPLATE("no-template", "the model has no chat template"),
        UNSUPPORTED("unsupported", "the prompt is not of text alone"),
        NO_TEXT("no-text", "the prompt is no proper text"),
        TOO_LONG("too-long", "the prompt is too long to tokenize"),
        REFUSED("refused", "the chat template refuses the messages"),
        BUSY("busy", "the tokenizers are busy"),
        NO_ENGINE("no-engine", "no engine tokenizes at present"),
        FAILED("failed", "tokenizing failed");

        private final String id;
        private final String text;

        Why(String id, String text) {
            this.id = id;
            this.text = text;
        }

        /** The name in metrics. */
        public String id() {
            return id;
        }

        /** In a few words. */
        public String text() {
            return text;
        }
    }
}
