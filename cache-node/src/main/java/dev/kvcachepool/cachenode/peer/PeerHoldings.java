package dev.kvcachepool.cachenode.peer;

import dev.kvcachepool.cachenode.memory.ValueBuilder;
import dev.kvcachepool.cachenode.peer.Fetched.Outcome;
import dev.kvcachepool.cachenode.peer.PeerCounters.Question;
import dev.kvcachepool.cachenode.store.PutOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.zip.CRC32;
import org.jboss.logging.Logger;

/**
 * What one peer holds itself, asked by a deadline: the peer answers from its own store and asks nobody. Thread-safe, made
 * for one request.
 *
 * <p>A value comes as {@code KVP.FETCH} answers it: ms until it expires, its bytes, their CRC-32. The checksum comes last
 * and is compared with what was received, so that nobody sees a byte before all are known to be right. A peer whose value
 * is wrong is left alone for longer than one that fails.
 */
public final class PeerHoldings {
    private static final Logger LOG = Logger.getLogger(PeerHoldings.class);
    private static final int WORDS = 3;

    private final Peer peer;
    private final Greeting greeting;
    private final PeerSettings settings;
    private final PeerCounters counters;

    PeerHoldings(Peer peer, Greeting greeting, PeerSettings settings, PeerCounters counters) {
        this.peer = peer;
        this.greeting = greeting;
        this.settings = settings;
        this.counters = counters;
    }

    /** What a yes-or-no question came to. */
    public enum Answer {
        YES,
        NO,
        LATE,
        FAILED
    }

    /** Whether the peer has failed a moment ago, so that asking it is in vain. */
    public boolean isResting() {
        return peer.isResting();
    }

    /** Whether the peer has a key; if so its chunk is leased there. */
    public Answer exists(byte[] key, long endNanos) {
        return ask(Question.EXISTS, "EXISTS", key, endNanos);
    }

    /** Asks the peer to fetch a key from here, and to keep it; a failure where it would but could not just now. */
    public Answer take(byte[] key, long endNanos) {
        return ask(Question.TAKE, "KVP.TAKE", key, endNanos);
    }

    private Answer ask(Question question, String command, byte[] key, long endNanos) {
        PeerConnection connection = null;
        try {
            connection = peer.borrow(greeting, endNanos);
            connection.patience(Duration.ofNanos(Math.max(1, endNanos - System.nanoTime())));
            connection.command(command, key);
            connection.flush();
            long answer = connection.integer();
            peer.giveBack(connection);
            counters.count(question, PeerCounters.Outcome.ANSWERED);
            return answer > 0 ? Answer.YES : answer < 0 ? Answer.FAILED : Answer.NO;
        } catch (IOException e) {
            if (connection != null) {
                peer.failed(connection);
            }
            counters.count(question, PeerCounters.Outcome.FAILED);
            LOG.debugf("a peer failed at %s: %s", question, e.getMessage());
            return System.nanoTime() - endNanos >= 0 ? Answer.LATE : Answer.FAILED;
        }
    }

    /**
     * Fetches a value.
     *
     * @param firstByteNanos when the peer must have begun to answer, by {@link System#nanoTime}
     */
    public Fetched fetch(byte[] key, long firstByteNanos, Landing landing) {
        long end = firstByteNanos;
        PeerConnection connection = null;
        try {
            connection = peer.borrow(greeting, firstByteNanos);
            connection.patience(longer(settings.contact(), firstByteNanos - System.nanoTime()));
            connection.command("KVP.FETCH", key);
            connection.flush();
            long words = connection.arraySize();
            if (words < 0) {
                peer.giveBack(connection);
                counters.count(Question.FETCH, PeerCounters.Outcome.ANSWERED);
                return Fetched.of(Outcome.MISSING);
            }
            if (words != WORDS) {
                throw new PeerException("answered KVP.FETCH with " + words + " words");
            }
            long left = connection.integer();
            long size = connection.bulkLength();
            if (size < 0) {
                throw new PeerException("answered KVP.FETCH with a value of " + size + " bytes");
            }
            var builder = landing.begin(size);
            end = landing.endNanos();
            connection.end(end);
            connection.patience(settings.contact());
            var outcome = builder == null ? Outcome.ABANDONED : receive(connection, builder, landing);
            settle(connection, outcome);
            return new Fetched(outcome, left < 0 ? PutOptions.FOREVER : System.currentTimeMillis() + left);
        } catch (IOException e) {
            if (connection != null) {
                peer.failed(connection);
            }
            counters.count(Question.FETCH, PeerCounters.Outcome.FAILED);
            LOG.debugf("a peer failed at KVP.FETCH: %s", e.getMessage());
            return Fetched.of(System.nanoTime() - end >= 0 ? Outcome.LATE : Outcome.FAILED);
        }
    }

    private static Duration longer(Duration usual, long nanos) {
        return nanos > usual.toNanos() ? Duration.ofNanos(nanos) : usual;
    }

    private void settle(PeerConnection connection, Outcome outcome) {
        counters.count(Question.FETCH, PeerCounters.Outcome.ANSWERED);
        switch (outcome) {
            case COMPLETE, MISSING -> peer.giveBack(connection);
            case WRONG -> peer.distrust(connection);
            case ABANDONED, LATE, FAILED -> peer.drop(connection);
        }
    }

    private Outcome receive(PeerConnection connection, ValueBuilder builder, Landing landing) throws IOException {
        var sum = new CRC32();
        for (var space = builder.space(); space != null; space = builder.space()) {
            int before = space.position();
            connection.fillSome(space);
            sum.update(received(space, before));
            counters.bytesReceived.add(space.position() - before);
            if (!landing.isWanted()) {
                return Outcome.ABANDONED;
            }
        }
        if (builder.dropped()) {
            return Outcome.ABANDONED;
        }
        try {
            connection.requireEndOfBulk();
            return connection.integer() == sum.getValue() ? Outcome.COMPLETE : Outcome.WRONG;
        } catch (PeerException e) {
            // The value is not of the size that was told.
            return Outcome.WRONG;
        }
    }

    private static ByteBuffer received(ByteBuffer space, int from) {
        return space.duplicate().position(from).limit(space.position());
    }
}
