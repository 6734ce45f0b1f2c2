package dev.kvcachepool.router.trace;

import dev.kvcachepool.commandline.tracing.Tracing;
import dev.kvcachepool.router.pick.Ranked;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.Map;
import java.util.TreeMap;

/**
 * The spans of one request: its own, one for making its tokens, one for each pick, one for each engine that it is sent to. What is
 * said after {@link #end} is not recorded. No prompt, salt or tenant gets into a span. Thread-safe.
 */
public final class RequestTrace {
    /** Of a request that nobody traces. */
    public static final RequestTrace NONE = new RequestTrace(Tracing.OFF.tracer(), Span.getInvalid());

    private static final int FIRST_ERROR = 500;

    private final Tracer tracer;
    private final Span span;

    RequestTrace(Tracer tracer, Span span) {
        this.tracer = tracer;
        this.span = span;
    }

    /** Its prompt is being made tokens, until the part is closed. */
    public Part tokenizing() {
        return new Part(child("tokenize", SpanKind.INTERNAL));
    }

    /** Endpoints are being ranked for it. */
    public PickPart picking() {
        return new PickPart(child("pick", SpanKind.INTERNAL));
    }

    /** It is on its way to an engine, which is told of it by {@link EnginePart#headers}. */
    public EnginePart sending(Ranked ranked) {
        var engine = child("engine", SpanKind.CLIENT);
        if (engine.isRecording()) {
            var spec = ranked.endpoint().spec();
            engine.setAttribute(Names.ENDPOINT, ranked.endpoint().name())
                    .setAttribute(Names.SERVER_ADDRESS, spec.host())
                    .setAttribute(Names.SERVER_PORT, (long) spec.port());
        }
        return new EnginePart(engine);
    }

    /** What whoever serves it is told of it by headers; empty where nobody traces it. */
    public Map<String, String> headers() {
        return headers(span);
    }

    static Map<String, String> headers(Span span) {
        if (!span.getSpanContext().isValid()) {
            return Map.of();
        }
        var headers = new TreeMap<String, String>();
        Tracing.carry(span, headers, (map, name, value) -> {
            if (map != null) {
                map.put(name, value);
            }
        });
        return headers;
    }

    /** It is answered with {@code status}. */
    public void end(int status) {
        span.setAttribute(Names.STATUS, (long) status);
        if (status >= FIRST_ERROR) {
            span.setStatus(StatusCode.ERROR);
        }
        span.end();
    }

    /** It is through here; somebody else answers it. */
    public void end() {
        span.end();
    }

    private Span child(String name, SpanKind kind) {
        return tracer.spanBuilder(name)
                .setParent(Context.root().with(span))
                .setSpanKind(kind)
                .startSpan();
    }
}
