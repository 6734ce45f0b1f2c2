package dev.kvcachepool.router.trace;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import java.util.Map;

/** One attempt at an engine, from connecting to the end of its answer. */
public final class EnginePart extends Part {
    EnginePart(Span span) {
        super(span);
    }

    /** What the engine is told of it by headers; empty where nobody traces it. */
    public Map<String, String> headers() {
        return RequestTrace.headers(span());
    }

    /** The engine has begun to answer. */
    public void answered(int status) {
        span().setAttribute(Names.STATUS, (long) status);
    }

    /** The first byte of its answer is there. */
    public void firstByte() {
        span().addEvent("first byte");
    }

    /** It did not answer, or not to the end; closes this. */
    public void failed(String why) {
        span().setAttribute(Names.ERROR, why).setStatus(StatusCode.ERROR);
        close();
    }
}
