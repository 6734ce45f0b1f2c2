package dev.kvcachepool.router.tokens;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;

/** Hugging Face's tokenizer of one model, which lives as long as the process. Thread-safe. */
final class NativeTokenizer implements TextEncoder {
    private final long handle;

    /**
     * A tokenizer.
     *
     * @param json {@code tokenizer.json}
     * @throws IllegalArgumentException with the library's words if it is none
     */
    NativeTokenizer(String json) {
        NativeLibrary.load();
        try {
            this.handle = TokenizersLibrary.LIB.createTokenizerFromString(json);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(e.getMessage());
        }
        TokenizersLibrary.LIB.disableTruncation(handle);
        TokenizersLibrary.LIB.disablePadding(handle);
    }

    @Override
    public int[] encode(String text, boolean addSpecialTokens) {
        var encoding = TokenizersLibrary.LIB.encode(handle, text, addSpecialTokens);
        try {
            var ids = TokenizersLibrary.LIB.getTokenIds(encoding);
            var tokens = new int[ids.length];
            for (int i = 0; i < ids.length; i++) {
                tokens[i] = Math.toIntExact(ids[i]);
            }
            return tokens;
        } finally {
            TokenizersLibrary.LIB.deleteEncoding(encoding);
        }
    }
}
