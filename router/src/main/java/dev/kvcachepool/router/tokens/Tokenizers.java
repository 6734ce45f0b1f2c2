package dev.kvcachepool.router.tokens;

import java.nio.file.Path;

/** The embedded tokenizers of a process: one cache, one set of threads, and room for prompts of a size. Thread-safe. */
public final class Tokenizers {
    private final PieceCache cache;
    private final Workers workers;
    private final EmbeddedTokenizer.Bounds bounds;

    /** Tokenizers that share a cache of about {@code cacheBytes}. */
    public Tokenizers(long cacheBytes, Workers workers, EmbeddedTokenizer.Bounds bounds) {
        this.cache = new PieceCache(cacheBytes);
        this.workers = workers;
        this.bounds = bounds;
    }

    /**
     * The tokenizer of {@code model}.
     *
     * @throws IllegalArgumentException naming the file and what is wrong with it
     */
    public TokenSource read(String model, Path files) {
        return EmbeddedTokenizer.read(model, files, cache, workers, bounds);
    }

    /** The tokenizer alone, for those who have texts. */
    public Tokenizer tokenizer(String model, Path files) {
        return Tokenizer.of(model, ModelFiles.read(files).tokenizer(), cache);
    }

    /** Tokens of prompts that were found. */
    public long found() {
        return cache.found();
    }

    /** Tokens of prompts that had to be computed. */
    public long computed() {
        return cache.computed();
    }
}
