package dev.kvcachepool.e2e.page;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvcachepool.e2e.Fixture;
import dev.kvcachepool.e2e.engine.EngineCounters;
import dev.kvcachepool.e2e.engine.EngineSettings;
import dev.kvcachepool.e2e.engine.EngineStandIn;
import dev.kvcachepool.e2e.process.Program;
import dev.kvcachepool.e2e.trace.Prompts;
import dev.kvcachepool.e2e.trace.Trace;
import dev.kvcachepool.e2e.trace.TraceRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import redis.clients.jedis.HostAndPort;

/** Three cache-nodes with an engine's stand-in beside each, and a router at a port that it keeps when it is started anew. */
final class ServedPool implements AutoCloseable {
    static final String MODEL = "test-8b";
    static final int NODES = 3;

    private static final int BLOCK_BYTES = 64 << 10;
    private static final double PREFILL_TOKENS_A_SECOND = 8_000;
    private static final double SPEED = 12;
    private static final int AT_A_TIME = 8;
    private static final int LONGEST_PROMPT = 20_000;

    /** The pool of no other test of this broker's. */
    final String name = "serving/chat";

    private final HttpClient client = HttpClient.newHttpClient();
    private final List<Program> nodes = new ArrayList<>();
    private final List<EngineStandIn> engines = new ArrayList<>();
    private final int port;
    private Program router;

    ServedPool() throws Exception {
        for (int i = 0; i < NODES; i++) {
            nodes.add(Fixture.cacheNode(
                    "cache-" + i,
                    "--kafka",
                    Fixture.broker().address(),
                    "--pool",
                    name,
                    "--host-size",
                    "96Mi",
                    "--disk-path",
                    Fixture.work("page-disk").toString(),
                    "--disk-size",
                    "256Mi"));
        }
        var settings = new EngineSettings(MODEL, Prompts.BLOCK_TOKENS, BLOCK_BYTES, PREFILL_TOKENS_A_SECOND, SPEED);
        for (var node : nodes) {
            var resp = HostAndPort.from(node.address("resp"));
            engines.add(new EngineStandIn(
                    settings,
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    () -> resp,
                    new EngineCounters()));
        }
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        router = startRouter();
    }

    private Program startRouter() {
        var flags = new ArrayList<>(List.of(
                "--http-port",
                Integer.toString(port),
                "--listen-address",
                "127.0.0.1",
                "--kafka",
                Fixture.broker().address(),
                "--pool",
                name,
                "--prefill-rate",
                Long.toString(Math.round(PREFILL_TOKENS_A_SECOND * SPEED))));
        for (int i = 0; i < NODES; i++) {
            flags.add("--endpoint");
            flags.add("engine-" + i + "=http://127.0.0.1:" + engines.get(i).port() + "@cache-" + i);
        }
        var started = Program.start(
                Fixture.ROOT, "router", flags, Fixture.work("router").resolve("log"));
        started.await();
        return started;
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + port + "/");
    }

    void killRouter() {
        router.kill();
    }

    /** Once more at the same port. */
    void restartRouter() {
        router = startRouter();
    }

    /** The first requests of a real chat trace, some at a time, and waits for their answers. */
    void serve(int requests) throws Exception {
        var calls = Trace.load("conversation", Integer.MAX_VALUE).requests().stream()
                .filter(request -> request.inputTokens() < LONGEST_PROMPT)
                .limit(requests)
                .map(request -> (Callable<Integer>) () -> complete(request))
                .toList();
        try (var callers = Executors.newFixedThreadPool(AT_A_TIME)) {
            for (Future<Integer> answer : callers.invokeAll(calls)) {
                if (answer.get() != 200) {
                    throw new IllegalStateException("a request got status " + answer.get());
                }
            }
        }
    }

    private int complete(TraceRequest request) throws Exception {
        var body = "{\"model\":\"" + MODEL + "\",\"stream\":true,\"max_tokens\":1,\"prompt\":"
                + Arrays.toString(Prompts.tokens(request)) + "}";
        return send(HttpRequest.newBuilder(url().resolve("v1/completions"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body)))
                .statusCode();
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** How many picks of the router's were followed since it started. */
    long picks() throws Exception {
        var overview =
                send(HttpRequest.newBuilder(url().resolve("v1/overview"))).body();
        return new ObjectMapper().readTree(overview).at("/picks/0/number").asLong();
    }

    /** A prompt that has been served before, as far as a person would paste it. */
    static String pasted() {
        var tokens = Prompts.tokens(Trace.load("conversation", 1).requests().getFirst());
        return IntStream.of(tokens)
                .limit(2 * Prompts.BLOCK_TOKENS + 100)
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(", "));
    }

    @Override
    public void close() {
        router.close();
        engines.forEach(EngineStandIn::close);
        nodes.forEach(Program::close);
        client.close();
    }
}
