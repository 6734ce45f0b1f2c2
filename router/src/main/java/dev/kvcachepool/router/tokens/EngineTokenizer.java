package dev.kvcachepool.router.tokens;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvcachepool.router.endpoint.Endpoint;
import dev.kvcachepool.router.endpoint.Endpoints;
import dev.kvcachepool.router.request.BadRequest;
import dev.kvcachepool.router.request.JsonReader;
import dev.kvcachepool.router.request.JsonValues;
import dev.kvcachepool.router.request.Untokenized;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Asks engines at {@code POST /tokenize}, vLLM's call: each of those that may be sent to in turn, one try a prompt, and so many
 * at a time. What was asked before is answered from a cache. Thread-safe.
 */
public final class EngineTokenizer implements TokenSource {
    private static final Logger LOG = Logger.getLogger(EngineTokenizer.class);
    private static final int AT_ONCE = 64;
    private static final int OK = 200;
    /** What a token takes in the answer, with its comma; the rest of the answer is small. */
    private static final int BYTES_A_TOKEN = 12;

    private static final int BYTES_BESIDE = 64 << 10;

    private final String model;
    private final Endpoints endpoints;
    private final Workers workers;
    private final AnswerCache answers;
    private final int maxTokens;
    private final Duration limit;
    private final Vertx vertx;
    private final HttpClient client;
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicInteger turn = new AtomicInteger();

    /**
     * Asks engines for the tokens of {@code model}.
     *
     * @param answers what engines have answered, those of other models among it
     * @param limit how long an answer may take
     */
    public EngineTokenizer(
            String model,
            Vertx vertx,
            Endpoints endpoints,
            Workers workers,
            AnswerCache answers,
            int maxTokens,
            Duration limit) {
        this.model = model;
        this.vertx = vertx;
        this.endpoints = endpoints;
        this.workers = workers;
        this.answers = answers;
        this.maxTokens = maxTokens;
        this.limit = limit;
        this.client = vertx.createHttpClient(
                new HttpClientOptions().setConnectTimeout((int) limit.toMillis()),
                new PoolOptions().setHttp1MaxSize(AT_ONCE));
    }

    @Override
    public String id() {
        return "engine";
    }

    @Override
    public CompletionStage<int[]> tokens(Untokenized prompt, String tenant) {
        if (prompt instanceof Untokenized.Unsupported) {
            return failed(Untokenizable.Why.UNSUPPORTED);
        }
        var question = question(prompt);
        var key = AnswerCache.key(question.getBytes(), tenant);
        var known = answers.find(key);
        if (known != null) {
            return CompletableFuture.completedFuture(known);
        }
        var endpoint = next();
        if (endpoint == null) {
            return failed(Untokenizable.Why.NO_ENGINE);
        }
        if (underWay.incrementAndGet() > AT_ONCE) {
            underWay.decrementAndGet();
            return failed(Untokenizable.Why.BUSY);
        }
        var said = new CompletableFuture<Buffer>();
        var timer = vertx.setTimer(limit.toMillis(), fired -> fail(said, "no answer in " + limit.toMillis() + " ms"));
        var _ = said.whenComplete((answer, failure) -> {
            vertx.cancelTimer(timer);
            underWay.decrementAndGet();
        });
        ask(endpoint, question, said);
        return said.thenCompose(answer -> workers.run(() -> {
            var tokens = read(answer);
            answers.keep(key, tokens);
            return tokens;
        }));
    }

    private @Nullable Endpoint next() {
        var admitted = endpoints.all().stream().filter(Endpoint::admits).toList();
        return admitted.isEmpty() ? null : admitted.get(Math.floorMod(turn.getAndIncrement(), admitted.size()));
    }

    private Buffer question(Untokenized prompt) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("model", model);
        switch (prompt) {
            case Untokenized.Text text -> {
                body.put("prompt", text.text());
                body.put("add_special_tokens", text.addSpecialTokens());
            }
            case Untokenized.Chat chat ->
                chat.fields().forEach((name, value) -> body.set(name, JsonValues.toJson(value)));
            case Untokenized.Unsupported _ -> throw new IllegalArgumentException("nothing to ask");
        }
        return Buffer.buffer(body.toString().getBytes(StandardCharsets.UTF_8));
    }

    private void ask(Endpoint endpoint, Buffer question, CompletableFuture<Buffer> said) {
        var spec = endpoint.spec();
        client.request(new RequestOptions()
                        .setMethod(HttpMethod.POST)
                        .setHost(spec.host())
                        .setPort(spec.port())
                        .setURI("/tokenize")
                        .putHeader("content-type", "application/json"))
                .onFailure(failure -> fail(said, failure.toString()))
                .onSuccess(request -> {
                    var _ = said.whenComplete((answer, failure) -> reset(request, failure));
                    request.send(question)
                            .onFailure(failure -> fail(said, failure.toString()))
                            .onSuccess(answer -> collect(answer, said));
                });
    }

    private static void reset(HttpClientRequest request, @Nullable Throwable failure) {
        if (failure != null) {
            request.reset();
        }
    }

    private void collect(HttpClientResponse answer, CompletableFuture<Buffer> said) {
        if (answer.statusCode() != OK) {
            fail(said, "status " + answer.statusCode());
            return;
        }
        var body = Buffer.buffer();
        answer.exceptionHandler(failure -> fail(said, failure.toString()));
        answer.handler(chunk -> {
            body.appendBuffer(chunk);
            if (body.length() > BYTES_BESIDE + (long) BYTES_A_TOKEN * maxTokens) {
                answer.handler(null);
                said.completeExceptionally(new Untokenizable(Untokenizable.Why.TOO_LONG));
            }
        });
        answer.endHandler(end -> said.complete(body));
    }

    private int[] read(Buffer answer) throws Untokenizable {
        var tokens = new int[1][];
        try {
            JsonReader.readBody(answer.getBytes(), (name, json) -> {
                if (name.equals("tokens")) {
                    tokens[0] = json.tokens("tokens", maxTokens);
                } else {
                    json.skip();
                }
            });
        } catch (BadRequest e) {
            LOG.debugf("an engine's tokens cannot be read: %s", e.getMessage());
            throw new Untokenizable(Untokenizable.Why.FAILED);
        }
        if (tokens[0] == null) {
            throw new Untokenizable(Untokenizable.Why.FAILED);
        }
        return tokens[0];
    }

    private static void fail(CompletableFuture<Buffer> said, String why) {
        if (said.completeExceptionally(new Untokenizable(Untokenizable.Why.FAILED))) {
            LOG.debugf("an engine does not tokenize: %s", why);
        }
    }

    private static CompletionStage<int[]> failed(Untokenizable.Why why) {
        return CompletableFuture.failedFuture(new Untokenizable(why));
    }
}
