package dev.kvcachepool.cachenode.peer;

import dev.kvcachepool.cachenode.memory.StreamedContent;
import dev.kvcachepool.cachenode.memory.ValueBuilder;
import dev.kvcachepool.cachenode.peer.PeerCounters.Outcome;
import dev.kvcachepool.cachenode.peer.PeerCounters.Question;
import dev.kvcachepool.cachenode.store.KeyValues;
import dev.kvcachepool.cachenode.store.PinResult;
import dev.kvcachepool.cachenode.store.PutOptions;
import dev.kvcachepool.cachenode.store.ScanPage;
import dev.kvcachepool.cachenode.store.Upload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.function.LongFunction;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one peer. A peer that fails has nothing and keeps nothing; a removal that it may not have heard of is owed
 * to it ({@link Debts}). Thread-safe, made for one request or a few.
 */
public final class PeerValues implements KeyValues {
    private static final Logger LOG = Logger.getLogger(PeerValues.class);
    private static final int MAX_PAGE = 10_000;
    private static final int MAX_KEY = 1 << 20;
    private static final int MISSING = -2;
    private static final long MILLIS = 1000;

    private final Peer peer;
    private final Greeting greeting;
    private final PeerCounters counters;

    PeerValues(Peer peer, Greeting greeting, PeerCounters counters) {
        this.peer = peer;
        this.greeting = greeting;
        this.counters = counters;
    }

    /** A request and its reply. */
    private interface Exchange<T> {
        T run(PeerConnection connection) throws IOException;
    }

    private <T extends @Nullable Object> T ask(Question question, T onFailure, Exchange<T> exchange) {
        return ask(question, onFailure, () -> {}, exchange);
    }

    private <T extends @Nullable Object> T ask(Question question, T onFailure, Runnable failed, Exchange<T> exchange) {
        PeerConnection connection = null;
        try {
            connection = peer.borrow(greeting);
            var answer = exchange.run(connection);
            peer.giveBack(connection);
            counters.count(question, Outcome.ANSWERED);
            return answer;
        } catch (IOException e) {
            if (connection != null) {
                peer.failed(connection);
            }
            counters.count(question, Outcome.FAILED);
            LOG.debugf("a peer failed at %s: %s", question, e.getMessage());
            failed.run();
            return onFailure;
        }
    }

    private long integer(Question question, long onFailure, String command, byte[]... arguments) {
        return ask(question, onFailure, connection -> integer(connection, command, arguments));
    }

    private static long integer(PeerConnection connection, String command, byte[]... arguments) throws IOException {
        connection.command(command, arguments);
        connection.flush();
        return connection.integer();
    }

    @Override
    public Upload receive(byte[] key, long size) {
        return new PeerUpload(peer, greeting, counters, key, size);
    }

    @Override
    public @Nullable StreamedContent get(byte[] key) {
        PeerConnection connection = null;
        try {
            connection = peer.borrow(greeting);
            connection.command("GET", key);
            connection.flush();
            long length = connection.bulkLength();
            counters.count(Question.GET, Outcome.ANSWERED);
            if (length < 0) {
                peer.giveBack(connection);
                return null;
            }
            var content = new PeerContent(peer, connection, counters, length);
            content.prefetch();
            return content;
        } catch (IOException e) {
            if (connection != null) {
                peer.failed(connection);
            }
            counters.count(Question.GET, Outcome.FAILED);
            LOG.debugf("a peer failed at GET: %s", e.getMessage());
            return null;
        }
    }

    @Override
    public boolean exists(byte[] key) {
        return integer(Question.EXISTS, 0, "EXISTS", key) > 0;
    }

    @Override
    public PinResult pin(byte[] key, long untilMillis) {
        long seconds = Math.ceilDiv(untilMillis - System.currentTimeMillis(), MILLIS);
        long answer = seconds < 1 ? 0 : integer(Question.PIN, 0, "KVP.PIN", key, text(seconds));
        return answer == 0 ? PinResult.MISSING : answer > 0 ? PinResult.PINNED : PinResult.NO_ROOM;
    }

    @Override
    public boolean unpin(byte[] key) {
        return integer(Question.PIN, 0, "KVP.UNPIN", key) > 0;
    }

    @Override
    public boolean delete(byte[] key) {
        return ask(
                Question.DEL,
                false,
                () -> peer.debts().oweRemoval(key),
                connection -> integer(connection, "DEL", key) > 0);
    }

    @Override
    public long length(byte[] key) {
        return integer(Question.LENGTH, -1, "KVP.LENGTH", key);
    }

    @Override
    public long expiresAtMillis(byte[] key) {
        long left = integer(Question.EXPIRY, MISSING, "PTTL", key);
        if (left == MISSING) {
            return -1;
        }
        return left < 0 ? PutOptions.FOREVER : System.currentTimeMillis() + left;
    }

    @Override
    public boolean expireAt(byte[] key, long atMillis) {
        if (atMillis == PutOptions.FOREVER) {
            return integer(Question.EXPIRY, 0, "PERSIST", key) > 0;
        }
        return integer(Question.EXPIRY, 0, "PEXPIRE", key, text(atMillis - System.currentTimeMillis())) > 0;
    }

    @Override
    public void clear() {
        var _ = ask(Question.CLEAR, false, peer.debts()::oweClear, connection -> {
            connection.command("FLUSHALL");
            connection.flush();
            connection.requireOk();
            return true;
        });
    }

    @Override
    public long keys() {
        return integer(Question.COUNT, 0, "DBSIZE");
    }

    @Override
    public ScanPage scan(long cursor, int count) {
        return ask(Question.SCAN, new ScanPage(0, new ArrayList<>()), connection -> {
            connection.command("SCAN", text(cursor), text("COUNT"), text(count));
            connection.flush();
            return page(connection);
        });
    }

    private static ScanPage page(PeerConnection connection) throws IOException {
        if (connection.arraySize() != 2) {
            throw new PeerException("answered SCAN with something else");
        }
        long next = number(bulk(connection));
        var keys = new ArrayList<byte[]>();
        long size = connection.arraySize();
        if (size > MAX_PAGE) {
            throw new PeerException("answered SCAN with " + size + " keys");
        }
        for (long i = 0; i < size; i++) {
            keys.add(bulk(connection));
        }
        return new ScanPage(next, keys);
    }

    private static long number(byte[] digits) throws PeerException {
        try {
            return Long.parseLong(new String(digits, StandardCharsets.US_ASCII));
        } catch (NumberFormatException e) {
            throw new PeerException("answered SCAN with a broken cursor");
        }
    }

    private static byte[] bulk(PeerConnection connection) throws IOException {
        long length = connection.bulkLength();
        if (length < 0 || length > MAX_KEY) {
            throw new PeerException("answered a key of " + length + " bytes");
        }
        var bytes = connection.bytes((int) length);
        connection.requireEndOfBulk();
        return bytes;
    }

    /** Asks the home to take a key over from where it lies; false when it did not. */
    public boolean take(byte[] key) {
        return integer(Question.TAKE, 0, "KVP.TAKE", key) > 0;
    }

    /**
     * Copies a value from the peer into a place of its own.
     *
     * @param receiver makes the place for a value of its size, which the caller closes
     * @return when it expires, ms since the epoch or {@link PutOptions#FOREVER}; −1 when the peer does not have it, or
     *     not all of it came
     */
    public long fetch(byte[] key, LongFunction<ValueBuilder> receiver) {
        return ask(Question.GET, -1L, connection -> {
            connection.command("PTTL", key);
            connection.command("GET", key);
            connection.flush();
            long left = connection.integer();
            long length = connection.bulkLength();
            if (length < 0) {
                return -1L;
            }
            fill(connection, receiver.apply(length));
            return left < 0 ? PutOptions.FOREVER : System.currentTimeMillis() + left;
        });
    }

    private void fill(PeerConnection connection, ValueBuilder upload) throws IOException {
        for (var space = upload.space(); space != null; space = upload.space()) {
            counters.bytesReceived.add(space.remaining());
            connection.fill(space);
        }
        for (long left = upload.missing(); left > 0; ) {
            left -= connection.part(left).remaining();
        }
        connection.requireEndOfBulk();
    }

    private static byte[] text(Object value) {
        return value.toString().getBytes(StandardCharsets.US_ASCII);
    }
}
