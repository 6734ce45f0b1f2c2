package dev.kvcachepool.bench.wire;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.ProtocolException;
import java.nio.ByteBuffer;

/** Speaks memcached's text protocol. */
public final class MemcachedClient implements StoreClient {
    private final Wire wire;
    private final ByteBuffer end = ByteBuffer.allocateDirect(2).put((byte) '\r').put((byte) '\n');

    public MemcachedClient(Wire wire) {
        this.wire = wire;
    }

    @Override
    public boolean put(long key, MemorySegment value) throws IOException {
        var head = "set " + KeyNames.of(key) + " 0 0 " + value.byteSize() + "\r\n";
        wire.send(wire.text(head), value.asByteBuffer(), end.flip());
        var reply = wire.line();
        if (!reply.equals("STORED") && !reply.startsWith("SERVER_ERROR")) {
            throw new ProtocolException("set was answered " + reply);
        }
        return reply.equals("STORED");
    }

    @Override
    public Got get(long key, Expected expected) throws IOException {
        wire.send(wire.text("get " + KeyNames.of(key) + "\r\n"));
        var reply = wire.line();
        if (reply.equals("END")) {
            return Got.MISS;
        }
        var words = reply.split(" ", -1);
        if (words.length != 4 || !words[0].equals("VALUE")) {
            throw new ProtocolException("get was answered " + reply);
        }
        var got = wire.value(Long.parseLong(words[3]), expected);
        if (!wire.line().isEmpty() || !wire.line().equals("END")) {
            throw new ProtocolException("a value that does not end where it should");
        }
        return got;
    }

    @Override
    public void delete(long key) throws IOException {
        wire.send(wire.text("delete " + KeyNames.of(key) + "\r\n"));
        var reply = wire.line();
        if (!reply.equals("DELETED") && !reply.equals("NOT_FOUND")) {
            throw new ProtocolException("delete was answered " + reply);
        }
    }

    @Override
    public void close() throws IOException {
        wire.close();
    }
}
