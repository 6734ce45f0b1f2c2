package dev.kvcachepool.router.pick;

import dev.kvcachepool.prefixadvert.wire.BlockHash;
import java.util.List;

/** A prompt as far as the request tells it. */
public sealed interface Prompt {

    /**
     * Its tokens.
     *
     * @param tokens at least one, none negative; owned by the prompt from now on
     * @param from where they are from, in a word
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared, and up to a million long
    record Tokens(int[] tokens, String from) implements Prompt {
        /** Tokens that the request itself has. */
        public Tokens(int[] tokens) {
            this(tokens, "request");
        }
    }

    /**
     * Its chain of block hashes, computed by the caller.
     *
     * @param scheme {@code HashScheme.id()}
     */
    record Hashes(String scheme, List<BlockHash> chain) implements Prompt {}

    /**
     * One that cannot be hashed here, as text.
     *
     * @param estimatedTokens roughly how long it is
     * @param why in a few words
     */
    record Opaque(long estimatedTokens, String why) implements Prompt {}
}
