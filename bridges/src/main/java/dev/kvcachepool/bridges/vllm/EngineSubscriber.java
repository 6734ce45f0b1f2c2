package dev.kvcachepool.bridges.vllm;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZEvent;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;
import org.zeromq.ZMonitor;
import org.zeromq.ZMsg;

/**
 * Listens to one rank of an engine for as long as it lives, and connects again whenever it has to.
 *
 * <p>A thread of its own, which owns all sockets and waits a fifth of a second at most, save for a replay.
 */
final class EngineSubscriber implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(EngineSubscriber.class);
    private static final Duration REPLAY_SILENCE = Duration.ofSeconds(5);
    private static final Duration REPLAY_LIMIT = Duration.ofSeconds(60);
    private static final int MOST_QUEUED = 1000;
    private static final int TICK_MILLIS = 200;
    private static final long AGAIN_MILLIS = 1_000;
    /** A connection is told of before the engine knows what is subscribed to; what it says in between goes to nobody. */
    private static final List<Duration> LOOKS_AGAIN = List.of(Duration.ofSeconds(1), Duration.ofSeconds(10));

    private static final String MONITOR = "inproc://connections";

    private final EngineAddress engine;
    private final int rank;
    private final EngineBlocks blocks;
    private final Watcher watcher;
    private final StreamCounters counters = new StreamCounters();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private long connectedNanos;
    private int looks = LOOKS_AGAIN.size();

    /** Is told, by the subscriber's thread, what its blocks are worth. */
    interface Watcher {
        /** The blocks are those of the engine, or are not known to be. */
        void connected(boolean is);

        /** What was said of the engine is void. */
        void lost();
    }

    /** A subscriber that does nothing until {@link #start}. */
    EngineSubscriber(EngineAddress engine, int rank, EngineBlocks blocks, Watcher watcher) {
        this.engine = engine;
        this.rank = rank;
        this.blocks = blocks;
        this.watcher = watcher;
        this.thread = Thread.ofPlatform()
                .name("engine-events-" + engine.rankName(rank))
                .daemon()
                .unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    StreamCounters counters() {
        return counters;
    }

    private void run() {
        try {
            while (!isClosed()) {
                listen();
            }
        } catch (InterruptedException e) {
            LOG.debug("a subscriber was stopped");
        }
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    private void listen() throws InterruptedException {
        try (var context = new ZContext(1)) {
            var events = context.createSocket(SocketType.SUB);
            EngineSockets.limit(events, MOST_QUEUED);
            events.monitor(MONITOR, ZMQ.EVENT_CONNECTED | ZMQ.EVENT_DISCONNECTED);
            var connections = context.createSocket(SocketType.PAIR);
            connections.connect(MONITOR);
            events.subscribe(ZMQ.SUBSCRIPTION_ALL);
            events.connect(engine.events(rank));
            var stream = new EngineStream(engine.rankName(rank), blocks, watcher::lost, replay(context), counters);
            var poller = context.createPoller(2);
            poller.register(events, ZMQ.Poller.POLLIN);
            poller.register(connections, ZMQ.Poller.POLLIN);
            while (!isClosed()) {
                poller.poll(TICK_MILLIS);
                heed(connections, stream);
                take(events, stream);
                lookAgain(stream);
            }
        } catch (ZMQException | IllegalStateException e) {
            LOG.warnf("engine %s: cannot listen at %s: %s", engine.engine(), engine.events(rank), e.getMessage());
            watcher.connected(false);
            var over = closed.await(AGAIN_MILLIS, TimeUnit.MILLISECONDS);
            LOG.debugf("listening again: %s", !over);
        }
    }

    private @Nullable Replay replay(ZContext context) {
        var address = engine.replay(rank);
        return address == null ? null : new ZmqReplay(context, address, REPLAY_SILENCE, REPLAY_LIMIT, this::isClosed);
    }

    private void heed(ZMQ.Socket connections, EngineStream stream) {
        for (var event = next(connections); event != null; event = next(connections)) {
            if (event.getEvent().equals(ZMonitor.Event.CONNECTED)) {
                stream.connected();
                watcher.connected(true);
                connectedNanos = System.nanoTime();
                looks = 0;
            } else {
                watcher.connected(false);
            }
        }
    }

    private void lookAgain(EngineStream stream) {
        if (looks < LOOKS_AGAIN.size()
                && System.nanoTime() - connectedNanos >= LOOKS_AGAIN.get(looks).toNanos()) {
            looks++;
            stream.lookAgain();
        }
    }

    private static @Nullable ZEvent next(ZMQ.Socket connections) {
        return ZEvent.recv(connections, ZMQ.DONTWAIT);
    }

    /** What is there now, a few at a time, so that news of the connection is heeded in between. */
    private static void take(ZMQ.Socket events, EngineStream stream) {
        for (int i = 0; i < MOST_QUEUED; i++) {
            var frames = ZMsg.recvMsg(events, ZMQ.DONTWAIT);
            if (frames == null) {
                return;
            }
            var parts = frames.stream().map(frame -> frame.getData()).toList();
            if (parts.size() == 3 && parts.get(1).length == Long.BYTES) {
                long sequence = ByteBuffer.wrap(parts.get(1)).getLong();
                if (sequence >= 0) {
                    stream.take(sequence, parts.get(2));
                }
            } else {
                stream.unreadable();
            }
        }
    }

    /** Stops listening, within a few seconds. */
    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
