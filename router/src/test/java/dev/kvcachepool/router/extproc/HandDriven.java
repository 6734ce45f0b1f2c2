package dev.kvcachepool.router.extproc;

import com.google.protobuf.ByteString;
import dev.kvcachepool.router.metrics.RouterMetrics;
import dev.kvcachepool.router.pick.Caller;
import dev.kvcachepool.router.pick.TestPool;
import dev.kvcachepool.router.request.Admission;
import dev.kvcachepool.router.request.BadRequest;
import dev.kvcachepool.router.request.CallerHeaders;
import dev.kvcachepool.router.request.Limits;
import dev.kvcachepool.router.tokens.Tokenizing;
import dev.kvcachepool.router.trace.CallerSpan;
import dev.kvcachepool.router.trace.RequestTrace;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Set;

/** An exchange over a real picker, moved by hand: choices are made when the test says so, and its clock stands still. */
final class HandDriven {
    static final int MAX_BODY = 200_000;
    static final int MAX_IN_FLIGHT = 4;
    static final Limits REQUEST =
            new Limits(MAX_BODY, 1000, Duration.ofMinutes(10), Duration.ofSeconds(10), Duration.ofSeconds(1));
    static final PickerLimits LIMITS = new PickerLimits(REQUEST, 100, 8, 2, true, CallerHeaders.DEFAULT);

    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final RouterMetrics metrics = new RouterMetrics(registry);
    final Admission admission = new Admission(MAX_IN_FLIGHT, 4 * MAX_BODY);
    final RecordingOutlet outlet = new RecordingOutlet();
    final TestPool pool;
    final PickerExchange exchange;
    private final Chooser chooser;
    boolean crowded;
    long now;

    HandDriven(TestPool pool) {
        this.pool = pool;
        this.chooser = new Chooser(pool.picker(), pool.endpoints(), Tokenizing.none(metrics), LIMITS, metrics);
        this.exchange = new PickerExchange(
                LIMITS, () -> crowded, admission, metrics, said -> RequestTrace.NONE, () -> now, outlet);
    }

    void headers(String path, boolean end) {
        headers(path, Subset.ALL, BodyModes.UNSAID, end);
    }

    void headers(String path, Subset subset, BodyModes modes, boolean end) {
        headers(new RequestHead(path, "application/json", 3, Caller.UNSAID, CallerSpan.UNSAID), subset, modes, end);
    }

    void headers(RequestHead head, Subset subset, BodyModes modes, boolean end) {
        exchange.on(new Inbound.RequestHeaders(head, subset, Subset.ALL, modes, end));
    }

    void body(String text, boolean end) {
        exchange.on(new Inbound.Body(Direction.REQUEST, ByteString.copyFromUtf8(text), end));
    }

    /** A request for a completion, whole. */
    void completion(String json) {
        headers("/v1/completions", false);
        body(json, true);
    }

    /** Makes the choice that was asked for last. */
    void choose() {
        try {
            var question = outlet.asked.getLast();
            exchange.chosen(chooser.choose(question, chooser.read(question)));
        } catch (BadRequest refusal) {
            exchange.refused(refusal);
        }
    }

    void answer(int status, boolean end) {
        answer(status, "", false, end);
    }

    void answer(int status, String served, boolean fromGateway, boolean end) {
        exchange.on(new Inbound.ResponseHeaders(status, served, fromGateway, BodyModes.UNSAID, end));
    }

    void answerBody(String text, boolean end) {
        exchange.on(new Inbound.Body(Direction.RESPONSE, ByteString.copyFromUtf8(text), end));
    }

    void advance(Duration time) {
        now += time.toNanos();
        exchange.checkTime();
    }

    double outcome(String outcome) {
        var counter = registry.find("kvcachepool.router.ext.proc.requests")
                .tag("outcome", outcome)
                .counter();
        return counter == null ? 0 : counter.count();
    }

    static Subset subset(String... addresses) {
        return Subset.of(Set.of(addresses));
    }
}
