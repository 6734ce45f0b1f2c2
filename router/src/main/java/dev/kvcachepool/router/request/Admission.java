package dev.kvcachepool.router.request;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds what the router holds at once: requests in flight, and bytes of their bodies. Thread-safe.
 */
public final class Admission {
    private final int maxInFlight;
    private final long maxBodyBytes;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicLong bodyBytes = new AtomicLong();

    /** Limits for the whole router; {@code maxBodyBytes} is over all requests together. */
    public Admission(int maxInFlight, long maxBodyBytes) {
        this.maxInFlight = maxInFlight;
        this.maxBodyBytes = maxBodyBytes;
    }

    public int inFlight() {
        return inFlight.get();
    }

    public int maxInFlight() {
        return maxInFlight;
    }

    /** Lets a request in, or throws with status 429. */
    public Pass enter() throws BadRequest {
        if (inFlight.incrementAndGet() > maxInFlight) {
            inFlight.decrementAndGet();
            throw new BadRequest(
                    429, "requests in flight", "more than " + maxInFlight, "at most " + maxInFlight + ", try later");
        }
        return new Pass();
    }

    /** One request's share. Its holder closes it; closing again does nothing. */
    public final class Pass implements AutoCloseable {
        private final AtomicBoolean closed = new AtomicBoolean();
        private final AtomicLong held = new AtomicLong();

        /** Takes {@code bytes} more, or throws with status 429. */
        public void hold(int bytes) throws BadRequest {
            held.addAndGet(bytes);
            if (bodyBytes.addAndGet(bytes) > maxBodyBytes) {
                throw new BadRequest(
                        429, "bytes of bodies in flight", "more than " + maxBodyBytes, "at most " + maxBodyBytes);
            }
        }

        /** Gives the bytes of the body back, which is no longer needed. */
        public void releaseBody() {
            bodyBytes.addAndGet(-held.getAndSet(0));
        }

        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                releaseBody();
                inFlight.decrementAndGet();
            }
        }
    }
}
