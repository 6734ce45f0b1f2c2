package dev.kvcachepool.router.trace;

import dev.kvcachepool.commandline.tracing.Tracing;
import io.opentelemetry.api.trace.SpanKind;

/** Begins the traces of requests. Thread-safe. */
public final class RequestTraces {
    /** Of a router that records nothing. */
    public static final RequestTraces OFF = new RequestTraces(Tracing.OFF);

    private final Tracing tracing;

    public RequestTraces(Tracing tracing) {
        this.tracing = tracing;
    }

    /** Whether callers' spans are worth reading. */
    public boolean isOn() {
        return tracing.isOn();
    }

    /**
     * A request has come.
     *
     * @param name of one kind of request: nothing that a client makes up
     */
    public RequestTrace begin(String name, CallerSpan caller) {
        if (!tracing.isOn()) {
            return RequestTrace.NONE;
        }
        var span = tracing.tracer()
                .spanBuilder(name)
                .setSpanKind(SpanKind.SERVER)
                .setParent(Tracing.parent(caller, CallerSpan.GETTER))
                .startSpan();
        return new RequestTrace(tracing.tracer(), span);
    }
}
