package dev.kvcachepool.e2e.trace;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;

/** A trace's first requests, in file order. */
public record Trace(String name, List<TraceRequest> requests) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Reads a trace that the project carries.
     *
     * @param name conversation or synthetic
     */
    public static Trace load(String name, int requests) {
        var resource = Trace.class.getResourceAsStream("/traces/" + name + ".jsonl");
        if (resource == null) {
            throw new IllegalArgumentException("TRACE is '" + name + "', allowed are conversation and synthetic");
        }
        try (var lines = new BufferedReader(new InputStreamReader(resource, StandardCharsets.UTF_8))) {
            return new Trace(
                    name, lines.lines().limit(requests).map(Trace::parse).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static TraceRequest parse(String line) {
        try {
            return JSON.readValue(line, TraceRequest.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the trace has a line that is no request: " + e.getOriginalMessage(), e);
        }
    }

    public long inputTokens() {
        return requests.stream().mapToLong(TraceRequest::inputTokens).sum();
    }

    public long fullBlocks() {
        return requests.stream().mapToLong(TraceRequest::fullBlocks).sum();
    }

    /** Arrival of the last request, seconds. */
    public double seconds() {
        return requests.getLast().timestampMillis() / 1e3;
    }

    /** Tokens a second that each of {@code engines} must prefill to be busy for {@code load} of the trace's time. */
    public double prefillRate(int engines, double load) {
        return inputTokens() / seconds() / engines / load;
    }

    /** The hit ratio of one cache that never forgets: leading full blocks seen before over all full blocks. */
    public double idealHitRatio() {
        var seen = new HashSet<Long>();
        long hits = 0;
        for (var request : requests) {
            var full = request.blockIds().subList(0, request.fullBlocks());
            hits += full.stream().takeWhile(seen::contains).count();
            seen.addAll(full);
        }
        return (double) hits / fullBlocks();
    }
}
