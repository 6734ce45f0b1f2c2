package dev.kvcachepool.router.extproc;

import dev.kvcachepool.router.endpoint.Ticket;
import dev.kvcachepool.router.metrics.RouterMetrics;
import dev.kvcachepool.router.pick.Ranked;
import java.time.Duration;

/**
 * The booking of a request that was sent on, from there to its end. Which endpoint it is at can change: a gateway that
 * could not reach the first goes on to the next. Not thread-safe.
 */
final class AnswerSide {
    private static final int UNAVAILABLE = 503;

    private final Choice choice;
    private final RouterMetrics metrics;
    private final long startedAt;
    private Ranked at;
    private Ticket ticket;
    private boolean good;
    private boolean unreachable;
    private boolean begun;

    /**
     * A booking.
     *
     * @param startedAt when the request came, in nanoseconds
     */
    AnswerSide(Choice choice, RouterMetrics metrics, long startedAt) {
        this.choice = choice;
        this.metrics = metrics;
        this.startedAt = startedAt;
        this.at = choice.best();
        this.ticket = choice.ticket();
    }

    /** The answer's head came. */
    void headers(Inbound.ResponseHeaders headers) {
        moveTo(headers.served());
        good = headers.status() >= 200 && headers.status() < 300;
        unreachable = headers.status() == UNAVAILABLE && headers.fromGateway();
        if (!unreachable) {
            ticket.answered();
        }
    }

    /** The first bytes of the answer's body came. */
    void bytes(long now) {
        if (good && !begun) {
            begun = true;
            metrics.firstByte(at.endpoint().name(), Duration.ofNanos(now - startedAt));
            ticket.firstByte();
        }
    }

    /** The answer is at its end. */
    void end() {
        if (good) {
            ticket.complete();
        } else {
            ticket.abort(unreachable);
        }
    }

    /** The exchange ended early. */
    void abort() {
        ticket.abort(false);
    }

    private void moveTo(String served) {
        if (served.isEmpty() || served.equals(Destination.of(at.endpoint().spec()))) {
            return;
        }
        choice.destinations().stream()
                .filter(ranked -> Destination.of(ranked.endpoint().spec()).equals(served))
                .findFirst()
                .ifPresent(next -> {
                    ticket.abort(true);
                    at = next;
                    ticket = choice.ranking().book(next, choice.ending());
                });
    }
}
