package dev.kvcachepool.router.tokens;

import dev.kvcachepool.prefixadvert.wire.SaltKey;
import dev.kvcachepool.router.metrics.RouterMetrics;
import dev.kvcachepool.router.pick.PickRequest;
import dev.kvcachepool.router.pick.Prompt;
import dev.kvcachepool.router.request.Untokenized;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Gives requests their tokens, where their model has a source of them, and tells why where they get none. Thread-safe. */
public final class Tokenizing {
    private static final String NOBODY = "none";

    private final Map<String, TokenSource> sources;
    private final SaltKey saltKey;
    private final RouterMetrics metrics;

    /**
     * Tokenizing by {@code sources}.
     *
     * @param sources by model
     * @param saltKey by which tenants are told apart
     */
    public Tokenizing(Map<String, TokenSource> sources, SaltKey saltKey, RouterMetrics metrics) {
        this.sources = Map.copyOf(sources);
        this.saltKey = saltKey;
        this.metrics = metrics;
    }

    /** Tokenizing by nothing: text is routed by load. */
    public static Tokenizing none(RouterMetrics metrics) {
        return new Tokenizing(Map.of(), new SaltKey("none"), metrics);
    }

    /** Whether there is any source: if not, a request's text need not be kept. */
    public boolean isOn() {
        return !sources.isEmpty();
    }

    /**
     * The request with its tokens, or with why it has none; as it is, if it has them already. Never fails, returns at once; goes
     * on wherever the tokens come from.
     */
    public CompletionStage<PickRequest> resolve(PickRequest request, @Nullable Untokenized untokenized) {
        if (untokenized == null) {
            return CompletableFuture.completedFuture(request);
        }
        var source = sources.get(request.model());
        if (source == null) {
            metrics.tokenized(NOBODY, Untokenizable.Why.NO_TOKENIZER.id(), Duration.ZERO);
            return CompletableFuture.completedFuture(without(request, Untokenizable.Why.NO_TOKENIZER));
        }
        var start = System.nanoTime();
        return source.tokens(untokenized, tenant(request)).handle((tokens, failure) -> {
            var took = Duration.ofNanos(System.nanoTime() - start);
            if (failure == null && tokens.length > 0) {
                metrics.tokenized(source.id(), "tokens", took);
                return request.with(new Prompt.Tokens(tokens, source.id()));
            }
            var why = failure == null ? Untokenizable.Why.NO_TEXT : why(failure);
            metrics.tokenized(source.id(), why.id(), took);
            return without(request, why);
        });
    }

    private String tenant(PickRequest request) {
        return HexFormat.of().formatHex(saltKey.tag(request.salt()));
    }

    private static PickRequest without(PickRequest request, Untokenizable.Why why) {
        var size = request.prompt() instanceof Prompt.Opaque opaque ? opaque.estimatedTokens() : 1;
        return request.with(new Prompt.Opaque(size, why.text()));
    }

    private static Untokenizable.Why why(Throwable failure) {
        var cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof Untokenizable known ? known.why() : Untokenizable.Why.FAILED;
    }
}
