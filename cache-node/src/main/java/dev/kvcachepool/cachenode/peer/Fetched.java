package dev.kvcachepool.cachenode.peer;

/**
 * What came of fetching a value.
 *
 * @param expiresAtMillis when the value expires, where one came
 */
public record Fetched(Outcome outcome, long expiresAtMillis) {

    /** How a fetch ends. */
    public enum Outcome {
        /** All of it came, and is what its checksum says. */
        COMPLETE,
        /** The peer does not have it. */
        MISSING,
        /** It found no room here, or nobody waited for it any more. */
        ABANDONED,
        /** It did not come in time. */
        LATE,
        /** What came is not what its checksum says. */
        WRONG,
        /** The peer could not be reached, ended in the middle, or said what makes no sense. */
        FAILED
    }

    static Fetched of(Outcome outcome) {
        return new Fetched(outcome, -1);
    }
}
