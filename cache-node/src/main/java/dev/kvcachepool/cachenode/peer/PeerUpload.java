package dev.kvcachepool.cachenode.peer;

import dev.kvcachepool.cachenode.peer.PeerCounters.Outcome;
import dev.kvcachepool.cachenode.peer.PeerCounters.Question;
import dev.kvcachepool.cachenode.store.PutOptions;
import dev.kvcachepool.cachenode.store.PutResult;
import dev.kvcachepool.cachenode.store.Upload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A value on its way through this node to its home: staged there as it comes, then committed. Whatever fails before the
 * commit leaves nothing there; a key whose value could not be brought is to lose the one it has ({@link Debts}).
 */
final class PeerUpload implements Upload {
    private final Peer peer;
    private final PeerCounters counters;
    private final byte[] key;
    private final long size;
    private @Nullable PeerConnection connection;
    private @Nullable ByteBuffer space;
    private long handedOut;

    PeerUpload(Peer peer, Greeting greeting, PeerCounters counters, byte[] key, long size) {
        this.peer = peer;
        this.counters = counters;
        this.key = key;
        this.size = size;
        try {
            var borrowed = peer.borrow(greeting);
            connection = borrowed;
            borrowed.array(3);
            borrowed.bulk("KVP.STAGE");
            borrowed.bulk(key);
            borrowed.bulkHead(size);
        } catch (IOException e) {
            failed();
        }
    }

    private void failed() {
        if (connection != null) {
            peer.failed(connection);
            connection = null;
        }
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public long missing() {
        return size - handedOut + (space == null ? 0 : space.remaining());
    }

    @Override
    public @Nullable ByteBuffer space() {
        if (space != null && space.hasRemaining()) {
            return space;
        }
        send();
        if (connection == null || handedOut == size) {
            space = null;
            return null;
        }
        int length = (int) Math.min(PeerConnection.CHUNK_BYTES, size - handedOut);
        handedOut += length;
        space = connection.chunk().clear().limit(length);
        return space;
    }

    private void send() {
        if (connection == null || space == null) {
            return;
        }
        try {
            counters.bytesSent.add(space.position());
            connection.send(space.flip());
            space = null;
        } catch (IOException e) {
            space = null;
            failed();
        }
    }

    @Override
    public PutResult put(PutOptions options) {
        send();
        var used = connection;
        if (used != null) {
            try {
                used.endOfBulk();
                used.command("KVP.COMMIT", text(options.condition().name()), text(options.expiresAtMillis()));
                used.flush();
                used.requireOk();
                var result = PutResult.valueOf(used.word());
                connection = null;
                peer.giveBack(used);
                counters.count(Question.SET, Outcome.ANSWERED);
                return result;
            } catch (IOException | IllegalArgumentException e) {
                failed();
            }
        }
        counters.count(Question.SET, Outcome.FAILED);
        peer.debts().oweRemoval(key);
        return PutResult.DROPPED;
    }

    private static byte[] text(Object value) {
        return value.toString().getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() {
        if (connection != null) {
            peer.drop(connection);
            connection = null;
        }
    }
}
