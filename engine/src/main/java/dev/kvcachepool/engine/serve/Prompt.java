package dev.kvcachepool.engine.serve;

/**
 * What an engine is asked.
 *
 * @param tokens 1 at least; not modified
 * @param maxTokens of the answer, which has as many, 1 at least
 * @param salt the tenant's cache salt; empty for none
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Prompt(int[] tokens, int maxTokens, String salt) {
    /** Without the tokens and the salt. */
    @Override
    public String toString() {
        return "Prompt[" + tokens.length + " tokens, " + maxTokens + " to come]";
    }
}
