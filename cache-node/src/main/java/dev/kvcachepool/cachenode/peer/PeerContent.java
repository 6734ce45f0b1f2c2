package dev.kvcachepool.cachenode.peer;

import dev.kvcachepool.cachenode.memory.StreamedContent;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A value on its way from its home through this node. One that fits a buffer is all here before anybody sees it. */
final class PeerContent implements StreamedContent {
    private final Peer peer;
    private final PeerCounters counters;
    private final long size;
    private @Nullable PeerConnection connection;
    private @Nullable ByteBuffer whole;
    private long left;

    PeerContent(Peer peer, PeerConnection connection, PeerCounters counters, long size) {
        this.peer = peer;
        this.connection = connection;
        this.counters = counters;
        this.size = size;
        this.left = size;
    }

    /** Receives a small value as a whole, so that a peer that fails in the middle is a miss and not a cut. */
    void prefetch() throws IOException {
        if (connection != null && size <= PeerConnection.CHUNK_BYTES) {
            whole = connection.chunk().clear().limit((int) size);
            connection.fill(whole);
            whole.flip();
            connection.requireEndOfBulk();
            counters.bytesReceived.add(size);
        }
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public @Nullable ByteBuffer next() throws IOException {
        if (left == 0 || connection == null) {
            return null;
        }
        if (whole != null) {
            left = 0;
            return whole;
        }
        try {
            var part = connection.part(left);
            left -= part.remaining();
            counters.bytesReceived.add(part.remaining());
            return part;
        } catch (IOException e) {
            counters.cutShort.increment();
            peer.failed(connection);
            connection = null;
            throw e;
        }
    }

    @Override
    public void release() {
        var used = connection;
        connection = null;
        if (used == null) {
            return;
        }
        if (left > 0) {
            peer.drop(used);
            return;
        }
        try {
            if (whole == null) {
                used.requireEndOfBulk();
            }
            peer.giveBack(used);
        } catch (IOException e) {
            peer.failed(used);
        }
    }
}
