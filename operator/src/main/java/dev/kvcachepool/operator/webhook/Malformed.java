package dev.kvcachepool.operator.webhook;

/** A request that is none of an API server's; the message says what is wrong with it. */
final class Malformed extends Exception {
    private static final long serialVersionUID = 1;

    Malformed(String what) {
        super(what, null, false, false);
    }

    String what() {
        return String.valueOf(getMessage());
    }
}
