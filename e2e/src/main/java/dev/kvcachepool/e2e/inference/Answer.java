package dev.kvcachepool.e2e.inference;

import java.util.List;

/**
 * What a client saw of one prompt, and what the engine says of it.
 *
 * @param tokens of the answer
 * @param firstTokenMs from the request to the first token, by the client's clock
 * @param totalMs to the last one
 * @param prefixTokens read from the pool as the prompt's prefix
 * @param movedTokens read from other places
 * @param recomputedTokens of those, computed anew
 * @param bytesRead from the pool
 */
public record Answer(
        List<Integer> tokens,
        double firstTokenMs,
        double totalMs,
        int prefixTokens,
        int movedTokens,
        int recomputedTokens,
        long bytesRead) {

    public Answer {
        tokens = List.copyOf(tokens);
    }
}
