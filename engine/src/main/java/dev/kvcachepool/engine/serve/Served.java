package dev.kvcachepool.engine.serve;

/**
 * What came of a prompt.
 *
 * @param promptTokens of the prompt
 * @param answerTokens of the answer
 * @param heldTokens of the prompt's prefix that the pool said to hold
 * @param prefixTokens of them read and used as they were
 * @param movedTokens read from other places
 * @param recomputedTokens among those, computed anew
 * @param bytesRead from the pool
 * @param queuedNanos from the prompt's arrival to its turn
 * @param firstTokenNanos from its arrival to the first token
 * @param totalNanos to the last token
 */
public record Served(
        int promptTokens,
        int answerTokens,
        int heldTokens,
        int prefixTokens,
        int movedTokens,
        int recomputedTokens,
        long bytesRead,
        long queuedNanos,
        long firstTokenNanos,
        long totalNanos) {}
