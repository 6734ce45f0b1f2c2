package dev.kvcachepool.e2e.engine;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.kvcachepool.prefixadvert.hash.BlockHasher;
import dev.kvcachepool.prefixadvert.hash.BlockHashers;
import dev.kvcachepool.prefixadvert.hash.HashScheme;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;

/**
 * Stands in for an LLM engine with a KV connector: OpenAI completions over HTTP, answers streamed as server-sent events.
 *
 * <p>Prompts are prefilled one after another, first come first served. For each: look up the prompt's blocks in the
 * engine's own cache-node (EXISTS …, GET …), check every byte, <em>sleep</em> for as long as a GPU would compute the
 * tokens that were not there, send the first token, store the new blocks. The sleep is the only thing simulated.
 */
public final class EngineStandIn implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final byte[] FIRST_TOKEN =
            "data: {\"object\":\"text_completion\",\"choices\":[{\"index\":0,\"text\":\"x\"}]}\n\n"
                    .getBytes(StandardCharsets.UTF_8);
    private static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.UTF_8);

    private final EngineSettings settings;
    private final BlockHasher hasher;
    private final BlockCache cache;
    private final EngineCounters counters;
    private final HttpServer server;
    private final ExecutorService connections = Executors.newVirtualThreadPerTaskExecutor();
    private final ExecutorService prefillSlot = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("prefill-", 0).daemon().factory());
    private final AtomicInteger outstanding = new AtomicInteger();

    /**
     * Starts an engine.
     *
     * @param listen its own address
     * @param cacheNode where the engine's own cache-node is, asked for each connection
     */
    public EngineStandIn(
            EngineSettings settings,
            InetSocketAddress listen,
            Supplier<HostAndPort> cacheNode,
            EngineCounters counters) {
        this.settings = settings;
        this.hasher = BlockHashers.of(HashScheme.LMCACHE_BLAKE3, settings.blockTokens());
        this.counters = counters;
        this.cache = new BlockCache(cacheNode, settings.model(), settings.blockBytes(), counters);
        try {
            this.server = HttpServer.create(listen, 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(connections);
        server.createContext("/v1/completions", this::complete);
        server.start();
    }

    /** Where it listens. */
    public int port() {
        return server.getAddress().getPort();
    }

    /** Requests that are not finished, storing included. */
    public int outstanding() {
        return outstanding.get();
    }

    private void complete(HttpExchange exchange) throws IOException {
        try (exchange) {
            var tokens = prompt(exchange.getRequestBody());
            if (tokens == null) {
                exchange.sendResponseHeaders(400, -1);
                return;
            }
            outstanding.incrementAndGet();
            prefillSlot.submit(() -> serve(exchange, tokens)).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IOException("prefill failed", e);
        }
    }

    /**
     * Runs an engine's own computations over request bodies and throws the results away: these stand-ins' code, unlike the
     * product's, is to be compiled before anything is measured.
     */
    public static void warmUp(List<byte[]> bodies, EngineSettings settings) {
        var hasher = BlockHashers.of(HashScheme.LMCACHE_BLAKE3, settings.blockTokens());
        bodies.parallelStream().forEach(body -> {
            try {
                var tokens = prompt(new ByteArrayInputStream(body));
                for (var hash : tokens == null ? List.<byte[]>of() : hasher.chain(tokens)) {
                    BlockBytes.wrong(hash, BlockBytes.make(hash, settings.blockBytes()), settings.blockBytes());
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** The prompt's token ids, or null where the body has no array of them. */
    private static int @Nullable [] prompt(InputStream body) throws IOException {
        try (var json = JSON.getFactory().createParser(body)) {
            while (json.nextToken() != null) {
                if (json.currentToken() == JsonToken.FIELD_NAME
                        && json.currentName().equals("prompt")) {
                    return json.nextToken() == JsonToken.START_ARRAY ? tokens(json) : null;
                }
            }
            return null;
        }
    }

    private static int[] tokens(JsonParser json) throws IOException {
        var tokens = IntStream.builder();
        while (json.nextToken() == JsonToken.VALUE_NUMBER_INT) {
            tokens.add(json.getIntValue());
        }
        return tokens.build().toArray();
    }

    private void serve(HttpExchange exchange, int[] tokens) {
        try {
            var chain = hasher.chain(tokens);
            var held = cache.fetchLeading(chain);
            counters.hitBlocks.add(held);
            counters.fullBlocks.add(chain.size());
            prefill(tokens.length - held * settings.blockTokens());
            answer(exchange);
            cache.store(chain.subList(held, chain.size()));
        } finally {
            outstanding.decrementAndGet();
        }
    }

    /** Here a GPU would compute; the prompt's last token is always computed. */
    private void prefill(int tokens) {
        var until = System.nanoTime() + settings.prefillNanos(Math.max(1, tokens));
        for (var left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private static void answer(HttpExchange exchange) {
        try {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            var body = exchange.getResponseBody();
            for (var event : List.of(FIRST_TOKEN, DONE)) {
                body.write(event);
                body.flush();
            }
            body.close();
        } catch (IOException e) {
            // The client is gone; what was computed is still worth storing.
        }
    }

    @Override
    public void close() {
        server.stop(0);
        prefillSlot.shutdownNow();
        connections.shutdownNow();
        try {
            if (prefillSlot.awaitTermination(5, TimeUnit.SECONDS)) {
                cache.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
