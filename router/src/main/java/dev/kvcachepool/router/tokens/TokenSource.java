package dev.kvcachepool.router.tokens;

import dev.kvcachepool.router.request.Untokenized;
import java.util.concurrent.CompletionStage;

/** Where the tokens of one model's prompts come from. Thread-safe. */
public interface TokenSource {

    /** In a word, for metrics and explanations. */
    String id();

    /**
     * The prompt's tokens, or an {@link Untokenizable}. Returns at once.
     *
     * @param tenant tag of the tenant's salt; empty for none
     */
    CompletionStage<int[]> tokens(Untokenized prompt, String tenant);
}
