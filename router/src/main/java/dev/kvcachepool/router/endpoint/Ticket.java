package dev.kvcachepool.router.endpoint;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One request's booking at an endpoint. Whoever booked it ends it, by {@link #complete} or {@link #abort}; only the first
 * of these counts, so that racing ends (client gone, engine gone, timeout) release the load exactly once. Thread-safe.
 * A booking with {@link Ending#UNSEEN} ends by itself and its ticket must be dropped.
 */
public final class Ticket {
    private final Endpoint endpoint;
    private final Work work;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicBoolean begun = new AtomicBoolean();

    Ticket(Endpoint endpoint, Work work) {
        this.endpoint = endpoint;
        this.work = work;
    }

    /** The endpoint is there: it answered, be it with an error. */
    public void answered() {
        endpoint.answered();
    }

    /** The first byte of a good answer's body came: the prefill is over, and how long it took is learned from. */
    public void firstByte() {
        if (!ended.get() && begun.compareAndSet(false, true)) {
            endpoint.firstByte(work);
        }
    }

    /** The answer came to its end. */
    public void complete() {
        if (ended.compareAndSet(false, true)) {
            endpoint.complete(work);
        }
    }

    /**
     * The request ended early, and its blocks will not come to be held.
     *
     * @param unreachable whether the endpoint is to blame: it could not be reached, or hung up before any answer
     */
    public void abort(boolean unreachable) {
        if (ended.compareAndSet(false, true)) {
            endpoint.abort(work, unreachable);
        }
    }
}
