package dev.kvcachepool.router.tokens;

/** Tokenizes a text. Thread-safe. */
@FunctionalInterface
interface TextEncoder {

    /**
     * The text's tokens.
     *
     * @param addSpecialTokens whether those are added that the model's texts begin or end with
     * @return a fresh array
     */
    int[] encode(String text, boolean addSpecialTokens);
}
