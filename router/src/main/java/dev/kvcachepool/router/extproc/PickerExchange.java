package dev.kvcachepool.router.extproc;

import com.google.protobuf.ByteString;
import dev.kvcachepool.router.metrics.RouterMetrics;
import dev.kvcachepool.router.request.Admission;
import dev.kvcachepool.router.request.BadRequest;
import dev.kvcachepool.router.request.ErrorBody;
import dev.kvcachepool.router.trace.CallerSpan;
import dev.kvcachepool.router.trace.RequestTrace;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP exchange as a gateway tells it: messages in, messages out, no gRPC.
 *
 * <pre>
 *   head ──▶ collecting ──▶ choosing ──▶ sent ──▶ answering ──▶ ended
 *     │  headers   │  end or     │  route,   │ answer's   │  end or trailers of the answer
 *     │            │  trailers   │  body     │ head       │
 *     │            ▼             ▼           ▼            ▼
 *     │      refused: ImmediateResponse    stream closed or cancelled: the booking is given up
 *     └──▶ answering: the gateway answers by itself, at any time
 * </pre>
 *
 * Until the body has come whole nothing is sent; then, in this order, the route, the body, trailers. Whatever happens, the
 * booking, the pass and the body are given back once. A message that ext_proc does not have at that point fails the stream.
 * Not thread-safe: whoever calls it takes turns.
 */
final class PickerExchange {
    private static final int HEADERS_TOO_LARGE = 431;
    private static final int MISCONFIGURED = 500;

    private final PickerLimits limits;
    private final BooleanSupplier crowded;
    private final Admission admission;
    private final RouterMetrics metrics;
    private final Function<CallerSpan, RequestTrace> traces;
    private final LongSupplier nanoTime;
    private final Outlet outlet;
    private State state = State.HEAD;
    private BodyModes modes = BodyModes.UNSAID;
    private @Nullable RequestSide request;
    private @Nullable AnswerSide answer;
    private RequestTrace trace = RequestTrace.NONE;
    private long startedAt;
    private long heardAt;

    private enum State {
        HEAD,
        COLLECTING,
        CHOOSING,
        SENT,
        ANSWERING,
        ENDED
    }

    /**
     * An exchange of which nothing has come yet.
     *
     * @param crowded whether there are more exchanges than the limits allow
     * @param traces begins the request's trace, by what its headers say of the caller's span
     */
    PickerExchange(
            PickerLimits limits,
            BooleanSupplier crowded,
            Admission admission,
            RouterMetrics metrics,
            Function<CallerSpan, RequestTrace> traces,
            LongSupplier nanoTime,
            Outlet outlet) {
        this.traces = traces;
        this.limits = limits;
        this.crowded = crowded;
        this.admission = admission;
        this.metrics = metrics;
        this.nanoTime = nanoTime;
        this.outlet = outlet;
        this.startedAt = nanoTime.getAsLong();
        this.heardAt = startedAt;
    }

    /** Whether more messages would only pile up: an endpoint is being chosen. */
    boolean isChoosing() {
        return state == State.CHOOSING;
    }

    /** The gateway said something. */
    void on(Inbound message) {
        if (state == State.ENDED) {
            return;
        }
        heardAt = nanoTime.getAsLong();
        try {
            switch (message) {
                case Inbound.RequestHeaders headers -> requestHeaders(headers);
                case Inbound.ResponseHeaders headers -> responseHeaders(headers);
                case Inbound.Body body when body.direction() == Direction.REQUEST -> requestBody(body);
                case Inbound.Body body -> responseBody(body);
                case Inbound.Trailers trailers when trailers.direction() == Direction.REQUEST -> requestTrailers();
                case Inbound.Trailers _ -> responseTrailers();
                case Inbound.Unknown _ -> outOfOrder("a message of no known kind");
            }
        } catch (BadRequest refusal) {
            refused(refusal);
        }
    }

    /** Endpoints are chosen, and the first is booked. */
    void chosen(Choice choice) {
        if (state != State.CHOOSING || request == null) {
            choice.ticket().abort(false);
            return;
        }
        state = State.SENT;
        answer = new AnswerSide(choice, metrics, startedAt);
        metrics.gatewayRequest(RouterMetrics.ROUTED);
        outlet.send(new Outbound.Route(choice.text(), trace.headers()));
        trace.end();
        request.rest().forEach(outlet::send);
    }

    /** The request goes nowhere. Nothing happens if it is no longer waiting to be sent. */
    void refused(BadRequest refusal) {
        refuse(refusal.status(), ErrorBody.of(refusal), refusal.field());
    }

    /** The router is at fault. */
    void broken() {
        refuse(MISCONFIGURED, ErrorBody.of("router_error", "the router failed, see its log"), "router_error");
    }

    /** All that was sent has been taken by the gateway. */
    void flushed() {
        if (request != null && state != State.COLLECTING && state != State.CHOOSING) {
            request.letGo();
            request = null;
        }
    }

    /** The gateway sends no more. */
    void closed() {
        if (answer != null && state == State.ANSWERING && modes.response() == BodyModes.Mode.NONE) {
            answer.end();
            answer = null;
        }
        gone();
        outlet.complete();
    }

    /** The gateway is gone, or the client behind it. */
    void gone() {
        if (state != State.ENDED && state != State.HEAD && (request != null || answer != null)) {
            metrics.gatewayRequest(RouterMetrics.GIVEN_UP);
        }
        letGo();
    }

    /** Looks whether the gateway has been silent for too long, or is too slow. */
    void checkTime() {
        var now = nanoTime.getAsLong();
        var pace = limits.request().bodyPace();
        if (state == State.COLLECTING && request != null && request.isSlow(now, pace.toNanos())) {
            refused(new BadRequest(
                    408, "body", "less than 64 KiB in " + pace.toSeconds() + " s", "64 KiB or all that is left"));
            return;
        }
        if (state == State.ENDED && now - heardAt > pace.toNanos()) {
            outlet.complete();
            return;
        }
        var silence = state == State.HEAD ? pace : limits.request().silence();
        if (state != State.ENDED && state != State.CHOOSING && now - heardAt > silence.toNanos()) {
            letGo();
            outlet.fail(Outlet.Failure.SILENCE, "nothing came for " + silence.toSeconds() + " s");
        }
    }

    private void requestHeaders(Inbound.RequestHeaders headers) throws BadRequest {
        if (state != State.HEAD) {
            outOfOrder("request headers after the request has begun");
            return;
        }
        modes = headers.modes();
        trace = traces.apply(headers.head().span());
        if (crowded.getAsBoolean()) {
            var most = limits.maxStreams();
            throw new BadRequest(429, "requests of gateways", "more than " + most, "at most " + most + ", try later");
        }
        if (headers.head().headers() > limits.maxHeaders()) {
            throw new BadRequest(
                    HEADERS_TOO_LARGE,
                    "headers",
                    Integer.toString(headers.head().headers()),
                    "at most " + limits.maxHeaders());
        }
        var hasBody = !headers.end() && modes.request() != BodyModes.Mode.NONE;
        if (hasBody && modes.request() != BodyModes.Mode.FULL_DUPLEX_STREAMED) {
            throw new BadRequest(
                    MISCONFIGURED,
                    "request_body_mode",
                    modes.request().name(),
                    "FULL_DUPLEX_STREAMED or NONE; set it in the gateway's ext_proc filter");
        }
        request = new RequestSide(headers, admission.enter(), limits.request().maxBodyBytes(), heardAt);
        state = State.COLLECTING;
        if (!hasBody) {
            choose();
        }
    }

    private void requestBody(Inbound.Body body) throws BadRequest {
        if (state != State.COLLECTING || request == null) {
            outOfOrder("a request's body where none is expected");
            return;
        }
        request.add(body.bytes());
        if (body.end()) {
            choose();
        }
    }

    private void requestTrailers() {
        if (state == State.SENT && modes.request() == BodyModes.Mode.NONE) {
            outlet.send(new Outbound.PassTrailers(Direction.REQUEST));
        } else if (state == State.COLLECTING && request != null) {
            request.trailers();
            choose();
        } else {
            outOfOrder("a request's trailers where none are expected");
        }
    }

    private void choose() {
        if (request != null) {
            state = State.CHOOSING;
            outlet.choose(request.question(trace));
        }
    }

    /** Also in place of an engine's answer: the gateway's own to a request that it gave up, at any time. */
    private void responseHeaders(Inbound.ResponseHeaders headers) {
        if (state == State.ANSWERING) {
            outOfOrder("response headers twice");
            return;
        }
        if (state == State.HEAD) {
            modes = headers.modes();
        }
        if (state == State.COLLECTING || state == State.CHOOSING) {
            metrics.gatewayRequest(RouterMetrics.GIVEN_UP);
            dropRequest();
        }
        state = State.ANSWERING;
        if (answer != null) {
            answer.headers(headers);
            if (modes.response() == BodyModes.Mode.NONE) {
                answer.bytes(heardAt);
            }
        }
        outlet.send(new Outbound.PassResponseHeaders(limits.conformance(), headers.served()));
        if (headers.end()) {
            end();
        }
    }

    private void responseBody(Inbound.Body body) {
        if (state != State.ANSWERING) {
            outOfOrder("an answer's body before its head");
            return;
        }
        if (answer != null && !body.bytes().isEmpty()) {
            answer.bytes(heardAt);
        }
        if (modes.response() == BodyModes.Mode.FULL_DUPLEX_STREAMED) {
            RequestSide.chunks(Direction.RESPONSE, body.bytes(), body.end()).forEach(outlet::send);
        } else {
            outlet.send(new Outbound.LeaveBody(Direction.RESPONSE));
        }
        if (body.end()) {
            end();
        }
    }

    private void responseTrailers() {
        if (state != State.ANSWERING) {
            outOfOrder("an answer's trailers before its head");
            return;
        }
        outlet.send(new Outbound.PassTrailers(Direction.RESPONSE));
        end();
    }

    /** The answer is whole. The gateway closes the stream, or else the clock does. */
    private void end() {
        if (answer != null) {
            answer.end();
            answer = null;
        }
        state = State.ENDED;
    }

    private void refuse(int status, byte[] json, String details) {
        if (state == State.SENT || state == State.ANSWERING || state == State.ENDED) {
            return;
        }
        metrics.gatewayRequest(Integer.toString(status));
        trace.end(status);
        outlet.send(new Outbound.Refuse(status, ByteString.copyFrom(json), details.replace(' ', '_')));
        letGo();
        outlet.complete();
    }

    private void outOfOrder(String what) {
        letGo();
        outlet.fail(Outlet.Failure.OUT_OF_ORDER, what + " in the ext_proc stream");
    }

    private void letGo() {
        state = State.ENDED;
        trace.end();
        dropRequest();
        if (answer != null) {
            answer.abort();
            answer = null;
        }
    }

    private void dropRequest() {
        if (request != null) {
            request.letGo();
            request = null;
        }
    }
}
