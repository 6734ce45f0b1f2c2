package dev.kvcachepool.engine.serve;

import dev.kvcachepool.engine.model.KvMemory;
import dev.kvcachepool.engine.model.Transformer;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * An inference engine: prompts one after another, first come first served, answered greedily. With a pool, a prompt is computed
 * only as far as the pool does not hold it; what was computed is stored after the first token. A pool that is away costs its
 * time-out and no more, and changes no token. Thread-safe.
 */
public final class Engine implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Engine.class);

    private static final int WARM_UPS = 4;
    private static final Duration WARM_UP_PATIENCE = Duration.ofSeconds(1);

    private final Transformer model;
    private final @Nullable CacheAccess cache;
    private final Steps steps;
    private final @Nullable CachedPrefill cached;
    private final Map<Long, CompletableFuture<Served>> unanswered = new ConcurrentHashMap<>();
    private final AtomicLong prompts = new AtomicLong();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("engine").daemon().factory());

    /**
     * An engine that has computed something, so that it knows how fast it is.
     *
     * @param cache null for an engine without a pool; closed with this engine
     */
    public Engine(Transformer model, @Nullable CacheAccess cache) throws InterruptedException {
        this.model = model;
        this.cache = cache;
        this.steps = new Steps(model);
        this.cached = cache == null ? null : new CachedPrefill(model, steps, cache);
        warmUp();
    }

    /** The JVM's compiler is then done with most of it. */
    private void warmUp() throws InterruptedException {
        int length = Math.min(16 * Transformer.STEP, model.shape().contextLength());
        try (var memory = model.newMemory(length)) {
            steps.compute(new int[length], 0, length, memory, () -> false);
        }
        var pool = cache;
        if (pool != null && cached != null) {
            warmUp(pool, cached);
        }
    }

    /**
     * A prompt like any other, some times over: the pool then holds it, and the later ones are read, so that no one else's prompt
     * is the first that this process reads.
     */
    private void warmUp(CacheAccess pool, CachedPrefill cached) throws InterruptedException {
        int length = Math.min(4 * pool.keys().chunkTokens() + 1, model.shape().contextLength());
        var prompt = new Prompt(new int[length], 1, "");
        for (int i = 0; i < WARM_UPS; i++) {
            try (var memory = model.newMemory(length)) {
                cached.store(prompt, cached.run(prompt, memory, () -> false), memory);
            }
            boolean stored = pool.writer().await(WARM_UP_PATIENCE);
            LOG.debugf("a first prompt's chunks are stored: %s", stored);
        }
        cached.warmUp();
    }

    public Transformer model() {
        return model;
    }

    /** Prompts that are being answered: one or none. */
    public int running() {
        return running.get();
    }

    /** Prompts whose turn has not come. */
    public int waiting() {
        return waiting.get();
    }

    /** Chunks that are to be stored yet. */
    public int storing() {
        return cache == null ? 0 : cache.writer().pending();
    }

    /**
     * Answers a prompt.
     *
     * @return completed after the last token; exceptionally, with a {@link java.util.concurrent.CancellationException}, where
     *     the listener wanted no more. Cancelling it ends the work soon, too.
     * @throws IllegalArgumentException for a prompt that this engine can't answer
     */
    public CompletableFuture<Served> answer(Prompt prompt, AnswerListener listener) {
        check(prompt);
        var answer = new CompletableFuture<Served>();
        long number = prompts.incrementAndGet();
        unanswered.put(number, answer);
        long arrived = System.nanoTime();
        waiting.incrementAndGet();
        thread.execute(() -> {
            waiting.decrementAndGet();
            running.incrementAndGet();
            try {
                answer.complete(serve(prompt, listener, answer, arrived));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                answer.completeExceptionally(e);
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            } finally {
                running.decrementAndGet();
                unanswered.remove(number);
            }
        });
        return answer;
    }

    private void check(Prompt prompt) {
        int most = model.shape().contextLength();
        if (prompt.tokens().length < 1 || prompt.maxTokens() < 1) {
            throw new IllegalArgumentException("a prompt and its answer have at least one token each");
        }
        if (prompt.maxTokens() > most || prompt.tokens().length > most - prompt.maxTokens()) {
            throw new IllegalArgumentException("prompt has " + prompt.tokens().length + " tokens and max_tokens is "
                    + prompt.maxTokens() + ", allowed are " + most + " together");
        }
        for (int token : prompt.tokens()) {
            if (token < 0 || token >= model.shape().vocabulary()) {
                throw new IllegalArgumentException("prompt has the token " + token + ", allowed are 0 to "
                        + (model.shape().vocabulary() - 1));
            }
        }
    }

    private Served serve(Prompt prompt, AnswerListener listener, CompletableFuture<Served> answer, long arrived)
            throws InterruptedException {
        long started = System.nanoTime();
        int length = prompt.tokens().length;
        try (var memory = model.newMemory(length + prompt.maxTokens())) {
            Steps.check(answer::isCancelled);
            var prefilled = prefill(prompt, memory, answer);
            var text = Arrays.copyOf(prompt.tokens(), length + prompt.maxTokens());
            text[length] = Transformer.greedy(prefilled.next());
            boolean wanted = listener.token(text[length]);
            long first = System.nanoTime();
            if (cached != null) {
                cached.store(prompt, prefilled, memory);
            }
            int known = length;
            while (wanted && known + 1 < text.length) {
                Steps.check(answer::isCancelled);
                text[known + 1] = Transformer.greedy(model.compute(text, known, known + 1, memory));
                known++;
                wanted = listener.token(text[known]);
            }
            if (cached != null && prefilled.exact()) {
                cached.storeAnswer(prompt, text, known, memory);
            }
            return served(prompt, prefilled, memory, arrived, started, first, known + 1 - length);
        }
    }

    private Prefilled prefill(Prompt prompt, KvMemory memory, CompletableFuture<Served> answer)
            throws InterruptedException {
        if (cached != null) {
            return cached.run(prompt, memory, answer::isCancelled);
        }
        var next = steps.compute(prompt.tokens(), 0, prompt.tokens().length, memory, answer::isCancelled);
        return new Prefilled(next, List.of(), new BitSet(), true, 0, 0, 0, 0);
    }

    private Served served(
            Prompt prompt, Prefilled prefilled, KvMemory memory, long arrived, long started, long first, int tokens) {
        int chunk = cache == null ? 0 : cache.keys().chunkTokens();
        int prefix = prefilled.prefixChunks() * chunk;
        return new Served(
                prompt.tokens().length,
                tokens,
                prefilled.held() * chunk,
                prefix,
                prefilled.movedTokens(),
                prefilled.recomputed(),
                memory.bytes(prefix) + (long) memory.bytes(prefilled.movedTokens()),
                started - arrived,
                first - arrived,
                System.nanoTime() - arrived);
    }

    /** Ends soon: prompts are cancelled, and what waits to be stored is dropped. Nothing may be asked beside or after it. */
    @Override
    public void close() {
        thread.shutdown();
        unanswered.values().forEach(answer -> answer.cancel(false));
        try {
            // As long as a step takes; what then still computes ends with the process.
            boolean ended = thread.awaitTermination(1, TimeUnit.MINUTES);
            LOG.debugf("the engine ended: %s", ended);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (cache != null) {
            cache.reader().close();
            cache.writer().close();
        }
    }
}
