package dev.kvcachepool.e2e.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvcachepool.e2e.trace.Prompts;
import dev.kvcachepool.e2e.trace.TraceRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Sends a trace's requests at their times, whatever the answers do (open loop), and times the first byte of each. */
final class LoadClient {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<TraceRequest> requests;
    private final List<byte[]> bodies;
    private final double speed;

    /**
     * A client for one trace; request bodies are made now, so that they cost nothing later.
     *
     * @param speed how much faster than the trace's time
     */
    LoadClient(List<TraceRequest> requests, double speed) {
        this.requests = requests;
        this.speed = speed;
        this.bodies = requests.parallelStream().map(LoadClient::body).toList();
    }

    private static byte[] body(TraceRequest request) {
        try {
            return JSON.writeValueAsBytes(Map.of(
                    "model",
                    DemoOptions.MODEL,
                    "prompt",
                    Prompts.tokens(request),
                    "max_tokens",
                    request.outputTokens(),
                    "stream",
                    true));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The requests' bodies, as they are sent. */
    List<byte[]> bodies() {
        return bodies;
    }

    /**
     * What came of a run.
     *
     * @param ttftMillis one a answered request: first byte − scheduled arrival, in trace time
     * @param failed requests without an answer
     */
    record Outcome(List<Double> ttftMillis, int failed) {}

    /** Sends the first {@code count} requests to {@code url}; {@code progress} is told how many have been answered. */
    Outcome run(String url, int count, Progress progress) throws InterruptedException {
        var ttft = new ConcurrentLinkedQueue<Double>();
        var failed = new AtomicInteger();
        var start = System.nanoTime();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int number = 0; number < count; number++) {
                var request = number;
                var arrival = start + (long) (requests.get(number).timestampMillis() * 1e6 / speed);
                for (var left = arrival - System.nanoTime(); left > 0; left = arrival - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                threads.execute(() -> {
                    try {
                        var firstByte = send(url, bodies.get(request));
                        ttft.add((firstByte - arrival) / 1e6 * speed);
                    } catch (IOException e) {
                        failed.incrementAndGet();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    progress.step();
                });
            }
        }
        return new Outcome(List.copyOf(ttft), failed.get());
    }

    /** Returns when the answer's first byte came, {@link System#nanoTime}. */
    private long send(String url, byte[] body) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(url + "/v1/completions"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        var response = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
        try (var stream = response.body()) {
            if (response.statusCode() != 200 || stream.read() < 0) {
                throw new IOException("status " + response.statusCode());
            }
            var firstByte = System.nanoTime();
            stream.transferTo(java.io.OutputStream.nullOutputStream());
            return firstByte;
        }
    }
}
