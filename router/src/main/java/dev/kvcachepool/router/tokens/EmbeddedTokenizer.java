package dev.kvcachepool.router.tokens;

import dev.kvcachepool.router.request.Untokenized;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.concurrent.CompletionStage;

/** A model's own tokenizer and chat template, in this process. Thread-safe. */
public final class EmbeddedTokenizer implements TokenSource {
    private final Tokenizer tokenizer;
    private final ChatPrompts chats;
    private final Workers workers;
    private final int maxTokens;

    private EmbeddedTokenizer(Tokenizer tokenizer, ChatPrompts chats, Workers workers, int maxTokens) {
        this.tokenizer = tokenizer;
        this.chats = chats;
        this.workers = workers;
        this.maxTokens = maxTokens;
    }

    /**
     * The tokenizer of {@code model}.
     *
     * @param files the folder of its files, or its {@code tokenizer.json}
     * @throws IllegalArgumentException naming the file and what is wrong with it
     */
    static EmbeddedTokenizer read(String model, Path files, PieceCache cache, Workers workers, Bounds bounds) {
        var read = ModelFiles.read(files);
        try {
            var tokenizer = Tokenizer.of(model, read.tokenizer(), cache);
            var chats = new ChatPrompts(read, Clock.system(ZoneId.systemDefault()), bounds.maxCharacters());
            return new EmbeddedTokenizer(tokenizer, chats, workers, bounds.maxTokens());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(files + ": " + e.getMessage());
        }
    }

    @Override
    public String id() {
        return "tokenizer";
    }

    @Override
    public CompletionStage<int[]> tokens(Untokenized prompt, String tenant) {
        return workers.run(() -> tokenize(prompt, tenant));
    }

    private int[] tokenize(Untokenized prompt, String tenant) throws Untokenizable {
        return switch (prompt) {
            case Untokenized.Text text -> tokenizer.tokens(text.text(), text.addSpecialTokens(), tenant, maxTokens);
            case Untokenized.Chat chat -> {
                var special = chat.fields().get("add_special_tokens") instanceof Boolean truth && truth;
                yield tokenizer.tokens(chats.text(chat), special, tenant, maxTokens);
            }
            case Untokenized.Unsupported _ -> throw new Untokenizable(Untokenizable.Why.UNSUPPORTED);
        };
    }

    /**
     * What one prompt may come to.
     *
     * @param maxCharacters of a chat's text
     */
    public record Bounds(int maxCharacters, int maxTokens) {}
}
