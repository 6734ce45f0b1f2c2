package dev.kvcachepool.router.trace;

import io.opentelemetry.api.trace.Span;

/** A span within a request's, until it is closed. Thread-safe. */
public sealed class Part implements AutoCloseable permits PickPart, EnginePart {
    private final Span span;

    Part(Span span) {
        this.span = span;
    }

    final Span span() {
        return span;
    }

    @Override
    public final void close() {
        span.end();
    }
}
