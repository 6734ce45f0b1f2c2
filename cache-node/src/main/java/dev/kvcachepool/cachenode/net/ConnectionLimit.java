package dev.kvcachepool.cachenode.net;

import java.util.concurrent.atomic.AtomicInteger;

/** How many connections are served at once, by all ports that share this. Thread-safe. */
public final class ConnectionLimit {
    private final int most;
    private final AtomicInteger open = new AtomicInteger();

    public ConnectionLimit(int most) {
        this.most = most;
    }

    /** Whether one more may be served; if so it is to {@link #leave}. */
    boolean enter() {
        return open.getAndUpdate(count -> count < most ? count + 1 : count) < most;
    }

    void leave() {
        open.decrementAndGet();
    }
}
