package dev.kvcachepool.operator.status;

/**
 * Something that a human may have to mend.
 *
 * @param reason in CamelCase, for programs
 * @param message what is wrong, and the next step
 */
public record Trouble(String reason, String message) {
    /** Longest message that is kept; the API allows 32 KiB, a human reads less. */
    private static final int MOST = 1024;

    public Trouble {
        message = message.length() > MOST ? message.substring(0, MOST - 1) + "…" : message;
    }
}
