package dev.kvcachepool.cachenode.peer;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/** Closes connections whose peer lets them wait for too long, so that a blocked read or write ends. Thread-safe. */
final class Deadlines implements AutoCloseable {
    private static final long ROUND_NANOS = Duration.ofMillis(20).toNanos();
    /** While somebody waits with an end: how late it may be noticed. */
    private static final long SHORT_ROUND_NANOS = Duration.ofMillis(4).toNanos();

    private final Set<PeerConnection> connections = ConcurrentHashMap.newKeySet();
    private final Thread thread =
            Thread.ofPlatform().name("peer-deadlines").daemon().unstarted(this::run);
    private volatile boolean closed;

    void start() {
        thread.start();
    }

    void watch(PeerConnection connection) {
        connections.add(connection);
    }

    void forget(PeerConnection connection) {
        connections.remove(connection);
    }

    int watched() {
        return connections.size();
    }

    private void run() {
        long round = ROUND_NANOS;
        while (!closed) {
            LockSupport.parkNanos(round);
            round = ROUND_NANOS;
            long now = System.nanoTime();
            for (var connection : connections) {
                round = connection.hasEnd() ? SHORT_ROUND_NANOS : round;
                if (connection.isLate(now)) {
                    connection.close();
                }
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        connections.forEach(PeerConnection::close);
    }
}
