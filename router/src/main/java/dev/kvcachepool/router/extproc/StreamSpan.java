package dev.kvcachepool.router.extproc;

import dev.kvcachepool.router.trace.CallerSpan;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;

/**
 * What the stream's own metadata say of the gateway's span. Envoy puts the span there that it made for the call of ext_proc, while
 * the request's headers have the client's at best: the metadata are nearer.
 */
final class StreamSpan implements ServerInterceptor {
    private static final Metadata.Key<String> PARENT =
            Metadata.Key.of(CallerSpan.PARENT, Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> STATE =
            Metadata.Key.of(CallerSpan.STATE, Metadata.ASCII_STRING_MARSHALLER);
    private static final Context.Key<CallerSpan> SAID = Context.keyWithDefault("caller's span", CallerSpan.UNSAID);

    /** Of the call that this thread is serving. */
    static CallerSpan current() {
        return SAID.get();
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        var said = CallerSpan.of(headers.get(PARENT), headers.get(STATE));
        return Contexts.interceptCall(Context.current().withValue(SAID, said), call, headers, next);
    }
}
