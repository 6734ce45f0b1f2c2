package dev.kvcachepool.engine.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.kvcachepool.engine.serve.Engine;
import dev.kvcachepool.engine.serve.Served;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/completions} of token ids, streamed or whole; {@code GET /v1/models}, {@code /health} and {@code /metrics},
 * whose names are vLLM's. A client that leaves ends its prompt.
 */
public final class EngineServer implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(EngineServer.class);
    private static final int MOST_BODY_BYTES = 4 << 20;
    private static final int MOST_WAITING = 256;
    private static final byte[] NO_MORE = {};

    private final Engine engine;
    private final String model;
    private final AnswerJson json;
    private final HttpServer server;
    private final ExecutorService connections = Executors.newVirtualThreadPerTaskExecutor();

    /** Starts to listen; the engine stays its owner's. */
    public EngineServer(Engine engine, String model, InetSocketAddress listen) throws IOException {
        this.engine = engine;
        this.model = model;
        this.json = new AnswerJson(model);
        this.server = HttpServer.create(listen, 0);
        server.setExecutor(connections);
        server.createContext("/v1/completions", new Answering("POST", this::complete));
        server.createContext("/v1/models", new Answering("GET", exchange -> send(exchange, 200, json.models())));
        server.createContext("/health", new Answering("GET", exchange -> send(exchange, 200, new byte[0])));
        server.createContext("/metrics", new Answering("GET", this::metrics));
        server.start();
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /** One method, and no stack trace for anybody. */
    private final class Answering implements HttpHandler {
        private final String method;
        private final HttpHandler handler;

        Answering(String method, HttpHandler handler) {
            this.method = method;
            this.handler = handler;
        }

        @Override
        public void handle(HttpExchange exchange) throws IOException {
            try (exchange) {
                answer(exchange);
            }
        }

        private void answer(HttpExchange exchange) throws IOException {
            if (!exchange.getRequestMethod().equals(method)) {
                send(exchange, 405, json.error("method is " + exchange.getRequestMethod() + ", allowed is " + method));
                return;
            }
            try {
                handler.handle(exchange);
            } catch (IllegalArgumentException e) {
                send(exchange, 400, json.error(String.valueOf(e.getMessage())));
            }
        }
    }

    private void complete(HttpExchange exchange) throws IOException {
        var body = exchange.getRequestBody().readNBytes(MOST_BODY_BYTES + 1);
        if (body.length > MOST_BODY_BYTES) {
            send(exchange, 413, json.error("the body has more than " + MOST_BODY_BYTES + " bytes"));
            return;
        }
        var request = CompletionRequest.parse(body);
        if (request.model() != null && !request.model().equals(model)) {
            send(exchange, 404, json.error("model is '" + request.model() + "', allowed is " + model));
        } else if (engine.waiting() >= MOST_WAITING) {
            send(exchange, 429, json.error(MOST_WAITING + " prompts wait already"));
        } else if (request.stream()) {
            stream(exchange, request);
        } else {
            var tokens = new ArrayList<Integer>();
            var served = outcome(engine.answer(request.prompt(), tokens::add));
            send(exchange, 200, json.whole(tokens, served));
        }
    }

    /** The engine hands tokens over and goes on: a client that reads slowly keeps only its own connection waiting. */
    private void stream(HttpExchange exchange, CompletionRequest.Parsed request) throws IOException {
        var stream = new EventStream(exchange);
        var events = new LinkedBlockingQueue<byte[]>();
        try {
            var answer = engine.answer(request.prompt(), token -> events.add(json.event(token)) && !stream.isGone());
            var _ = answer.whenComplete((served, failure) -> events.add(NO_MORE));
            for (var event = events.take(); event.length > 0; event = events.take()) {
                stream.send(event);
            }
            stream.send(json.end(outcome(answer)));
            stream.send(AnswerJson.DONE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a prompt was answered");
        } finally {
            stream.close();
        }
    }

    /** Events as they come; the head is sent with the first one, so that a prompt that is refused gets its own status. */
    private static final class EventStream {
        private final HttpExchange exchange;
        private @Nullable OutputStream out;
        private volatile boolean gone;

        EventStream(HttpExchange exchange) {
            this.exchange = exchange;
        }

        /** Nothing any more, once the client is gone. */
        void send(byte[] event) {
            if (gone) {
                return;
            }
            try {
                var open = out;
                if (open == null) {
                    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
                    exchange.sendResponseHeaders(200, 0);
                    open = exchange.getResponseBody();
                    out = open;
                }
                open.write(event);
                open.flush();
            } catch (IOException e) {
                LOG.debug("a client left", e);
                gone = true;
            }
        }

        boolean isGone() {
            return gone;
        }

        void close() throws IOException {
            var open = out;
            if (open != null) {
                open.close();
            }
        }
    }

    private static Served outcome(CompletableFuture<Served> answer) throws IOException {
        try {
            return answer.join();
        } catch (CancellationException e) {
            throw new IOException("the prompt was cancelled", e);
        } catch (CompletionException e) {
            LOG.error("a prompt was not answered", e.getCause());
            throw new IOException("the prompt was not answered", e);
        }
    }

    private void metrics(HttpExchange exchange) throws IOException {
        var text = gauge("vllm:num_requests_running", engine.running())
                + gauge("vllm:num_requests_waiting", engine.waiting())
                + gauge("kvcachepool_engine_chunks_storing", engine.storing());
        exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
        send(exchange, 200, text.getBytes(StandardCharsets.UTF_8));
    }

    private String gauge(String name, int value) {
        return "# TYPE " + name + " gauge\n" + name + "{model_name=\"" + model + "\"} " + value + "\n";
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        if (!exchange.getResponseHeaders().containsKey("Content-Type")) {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
        }
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        connections.shutdownNow();
    }
}
