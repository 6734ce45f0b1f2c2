package dev.kvcachepool.cachenode.peer;

import dev.kvcachepool.cachenode.placement.Member;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One other node, in one life of it: connections kept for the next request, a rest after a failure, and what it is owed.
 * Thread-safe.
 *
 * <p>After a failure nobody asks it for a while; then one request tries, and the others follow if that goes well. After a
 * value that was wrong nobody asks it for longer, whatever requests come to that are still under way.
 */
final class Peer implements AutoCloseable {
    /** A connection that rested for longer is looked at before it is used again. */
    private static final long TRUSTED_NANOS = Duration.ofMillis(50).toNanos();

    private final Member member;
    private final PeerSettings settings;
    private final PeerCounters counters;
    private final Deadlines deadlines;
    private final Debts debts;
    private final Semaphore room;
    private final Deque<PeerConnection> idle = new ArrayDeque<>();
    private boolean failing;
    private boolean trying;
    private long restUntilNanos;
    /** However well it does meanwhile: what it sends can't be believed. */
    private long distrustedUntilNanos = System.nanoTime();

    private boolean closed;

    Peer(Member member, PeerSettings settings, PeerCounters counters, Deadlines deadlines, Debts debts) {
        this.member = member;
        this.settings = settings;
        this.counters = counters;
        this.deadlines = deadlines;
        this.debts = debts;
        this.room = new Semaphore(settings.connections());
    }

    Debts debts() {
        return debts;
    }

    /** A connection that has said {@code greeting}; it is given back, or failed. */
    PeerConnection borrow(Greeting greeting) throws IOException {
        return borrow(greeting, settings.contact().toNanos(), 0);
    }

    /** The same by an end, which also holds for what is asked over the connection, by {@link System#nanoTime}. */
    PeerConnection borrow(Greeting greeting, long endNanos) throws IOException {
        return borrow(greeting, Math.max(0, endNanos - System.nanoTime()), endNanos);
    }

    private PeerConnection borrow(Greeting greeting, long turnNanos, long endNanos) throws IOException {
        requireAwake();
        boolean allowed = false;
        PeerConnection connection = null;
        try {
            allowed = room.tryAcquire(turnNanos, TimeUnit.NANOSECONDS);
            if (!allowed) {
                wakeAgain();
                throw new PeerException("has all its connections in use");
            }
            connection = rested(greeting);
            if (connection == null) {
                connection = connect(endNanos);
            }
            connection.end(endNanos);
            connection.patience(greeting.role() == Greeting.Role.HOME ? settings.answer() : settings.contact());
            if (debts.any()) {
                debts.settle(connection, greeting);
            }
            connection.greet(greeting);
            return connection;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            wakeAgain();
            throw new PeerException("was not waited for");
        } catch (IOException e) {
            if (allowed) {
                failed(connection);
            }
            throw e;
        }
    }

    /** Whether the peer has just failed, so that asking it now is in vain. */
    synchronized boolean isResting() {
        long now = System.nanoTime();
        return closed || now - distrustedUntilNanos < 0 || (failing && (trying || now - restUntilNanos < 0));
    }

    private synchronized void requireAwake() throws PeerException {
        if (closed) {
            throw new PeerException("is no longer a member");
        }
        if (isResting()) {
            counters.skipped.increment();
            throw new PeerException("has just failed");
        }
        trying = failing;
    }

    private synchronized void wakeAgain() {
        trying = false;
    }

    private synchronized @Nullable PeerConnection rested(Greeting greeting) {
        PeerConnection other = null;
        for (var candidates = idle.descendingIterator(); candidates.hasNext(); ) {
            var candidate = candidates.next();
            if (candidate.idleNanos() > settings.idle().toNanos()
                    || candidate.isClosed()
                    || (candidate.idleNanos() > TRUSTED_NANOS && !candidate.isSilent())) {
                candidates.remove();
                candidate.free();
            } else if (candidate.hasGreeted(greeting)) {
                candidates.remove();
                return candidate;
            } else if (other == null) {
                other = candidate;
            }
        }
        if (other != null) {
            idle.remove(other);
        }
        return other;
    }

    private PeerConnection connect(long endNanos) throws IOException {
        // Of an end what the wait for a turn has left.
        long atMost = endNanos == 0
                ? settings.connect().toMillis()
                : TimeUnit.NANOSECONDS.toMillis(endNanos - System.nanoTime());
        var channel = SocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.socket()
                    .connect(
                            new InetSocketAddress(member.host(), member.port()),
                            Math.clamp(atMost, 1, Integer.MAX_VALUE));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e instanceof IOException io ? io : new IOException(e.getMessage(), e);
        }
        var tls = settings.tls();
        var connection = tls == null
                ? new PeerConnection(channel, deadlines)
                : new PeerConnection(
                        tls.connect(channel, member.id().value(), member.host(), member.port()), deadlines);
        connection.patience(settings.answer());
        connection.end(endNanos);
        try {
            connection.shakeHands();
            connection.logIn(settings.login());
            return connection;
        } catch (IOException e) {
            connection.free();
            throw e;
        }
    }

    void giveBack(PeerConnection connection) {
        connection.used();
        connection.end(0);
        synchronized (this) {
            failing = false;
            trying = false;
            if (!closed && !connection.isClosed()) {
                idle.addLast(connection);
            } else {
                connection.free();
            }
        }
        room.release();
    }

    /** Ends a borrowed connection without a fault of the peer's. */
    void drop(PeerConnection connection) {
        connection.free();
        wakeAgain();
        room.release();
    }

    /** Ends a borrowed connection whose peer failed; null when it came to none. */
    void failed(@Nullable PeerConnection connection) {
        counters.errors.increment();
        if (connection != null) {
            connection.free();
        }
        synchronized (this) {
            failing = true;
            trying = false;
            restUntilNanos = System.nanoTime() + settings.rest().toNanos();
            idle.forEach(PeerConnection::free);
            idle.clear();
        }
        room.release();
    }

    /** Ends a borrowed connection whose peer sent what is wrong. */
    void distrust(PeerConnection connection) {
        synchronized (this) {
            distrustedUntilNanos = System.nanoTime() + settings.distrust().toNanos();
        }
        failed(connection);
    }

    /** Closes connections that nobody has used for long. */
    synchronized void tidy() {
        idle.removeIf(connection -> {
            boolean old = connection.idleNanos() > settings.idle().toNanos();
            if (old) {
                connection.free();
            }
            return old;
        });
    }

    @Override
    public synchronized void close() {
        closed = true;
        idle.forEach(PeerConnection::free);
        idle.clear();
    }
}
