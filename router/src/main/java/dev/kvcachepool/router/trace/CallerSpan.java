package dev.kvcachepool.router.trace;

import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a caller says of its own span, in the two headers of W3C Trace Context. Either may be anything: what is wrong is as if
 * it had not been said.
 *
 * @param traceparent empty where it was not said
 * @param tracestate empty where it was not said
 */
public record CallerSpan(String traceparent, String tracestate) {
    /** One who says nothing. */
    public static final CallerSpan UNSAID = new CallerSpan("", "");

    public static final String PARENT = "traceparent";
    public static final String STATE = "tracestate";

    /** As long as vendors need pass on. */
    private static final int MOST = 512;

    static final TextMapGetter<CallerSpan> GETTER = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(CallerSpan carrier) {
            return List.of(PARENT, STATE);
        }

        @Override
        public @Nullable String get(@Nullable CallerSpan carrier, String key) {
            if (carrier == null) {
                return null;
            }
            return key.equals(PARENT) ? carrier.traceparent : key.equals(STATE) ? carrier.tracestate : null;
        }
    };

    public CallerSpan {
        traceparent = traceparent.length() > MOST ? "" : traceparent;
        tracestate = tracestate.length() > MOST ? "" : tracestate;
    }

    /** Of headers that may be missing. */
    public static CallerSpan of(@Nullable String traceparent, @Nullable String tracestate) {
        return traceparent == null ? UNSAID : new CallerSpan(traceparent, tracestate == null ? "" : tracestate);
    }

    /** This, or what {@code other} says where this says nothing. */
    public CallerSpan or(CallerSpan other) {
        return traceparent.isEmpty() ? other : this;
    }
}
