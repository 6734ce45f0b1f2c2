package dev.kvcachepool.router.policy;

/**
 * The measures of a prompt.
 *
 * @param tokens of the whole prompt, at least 1; an estimate where it came as text
 * @param blocks full blocks that could be held, 0 where the prompt cannot be steered
 * @param blockTokens tokens a block, at least 1
 */
public record PromptSize(long tokens, int blocks, int blockTokens) {

    /** A prompt of which nothing can be said but its length. */
    public static PromptSize unsteerable(long tokens) {
        return new PromptSize(Math.max(1, tokens), 0, 1);
    }
}
