package dev.kvcachepool.router.app;

import dev.kvcachepool.prefixadvert.wire.SaltKey;
import dev.kvcachepool.router.endpoint.Endpoints;
import dev.kvcachepool.router.metrics.RouterMetrics;
import dev.kvcachepool.router.tokens.AnswerCache;
import dev.kvcachepool.router.tokens.EmbeddedTokenizer;
import dev.kvcachepool.router.tokens.EngineTokenizer;
import dev.kvcachepool.router.tokens.TokenSource;
import dev.kvcachepool.router.tokens.Tokenizers;
import dev.kvcachepool.router.tokens.Tokenizing;
import dev.kvcachepool.router.tokens.Workers;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.Optional;

/**
 * Where tokens of texts come from, unless nobody is to make any: then no library is loaded. Owned by the application, which
 * closes it.
 */
final class TokenFeed implements AutoCloseable {
    private static final int MAX_WAITING = 256;
    private static final int TEMPLATE_CHARACTERS = 1 << 20;

    private final Tokenizing tokenizing;
    private final Runnable end;

    private TokenFeed(Tokenizing tokenizing, Runnable end) {
        this.tokenizing = tokenizing;
        this.end = end;
    }

    /** Reads the tokenizers' files; throws {@link IllegalStateException} naming the one that is wrong. */
    static TokenFeed of(RouterConfig config, Vertx vertx, Endpoints endpoints, RouterMetrics metrics) {
        var given = config.tokens();
        if (given.sources().isEmpty()) {
            return new TokenFeed(Tokenizing.none(metrics), () -> {});
        }
        var workers = new Workers(given.threads(), MAX_WAITING);
        var bounds = new EmbeddedTokenizer.Bounds(
                (int) config.maxBodyBytes() + TEMPLATE_CHARACTERS, config.maxPromptTokens());
        // Two caches share the bound where there are both kinds of sources.
        boolean asksEngines = given.sources().values().stream().anyMatch(Optional::isEmpty);
        boolean embeds = given.sources().values().stream().anyMatch(Optional::isPresent);
        long share = asksEngines && embeds ? given.cacheBytes() / 2 : given.cacheBytes();
        var tokenizers = new Tokenizers(share, workers, bounds);
        var answers = new AnswerCache(asksEngines ? share : 0, System::nanoTime);
        var sources = new HashMap<String, TokenSource>();
        given.sources().forEach((model, files) -> {
            try {
                sources.put(
                        model,
                        files.map(path -> tokenizers.read(model, path))
                                .orElseGet(() -> new EngineTokenizer(
                                        model,
                                        vertx,
                                        endpoints,
                                        workers,
                                        answers,
                                        bounds.maxTokens(),
                                        given.timeout())));
            } catch (IllegalArgumentException e) {
                throw new IllegalStateException("--tokenizer " + model + ": " + e.getMessage());
            }
        });
        metrics.observeTokenizers(
                () -> tokenizers.found() + answers.found(), () -> tokenizers.computed() + answers.asked());
        return new TokenFeed(new Tokenizing(sources, new SaltKey(config.saltKey()), metrics), workers::close);
    }

    Tokenizing tokenizing() {
        return tokenizing;
    }

    @Override
    public void close() {
        end.run();
    }
}
