package dev.kvcachepool.bench.wire;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.ProtocolException;
import java.nio.ByteBuffer;

/** Speaks RESP2: cache-node, redis, Infinispan. */
public final class RespClient implements StoreClient {
    private final Wire wire;
    private final ByteBuffer end = ByteBuffer.allocateDirect(2).put((byte) '\r').put((byte) '\n');

    public RespClient(Wire wire) {
        this.wire = wire;
    }

    @Override
    public boolean put(long key, MemorySegment value) throws IOException {
        var head = "*3\r\n$3\r\nSET\r\n" + argument(key) + "$" + value.byteSize() + "\r\n";
        wire.send(wire.text(head), value.asByteBuffer(), end.flip());
        var reply = wire.line();
        if (!reply.equals("+OK") && !reply.startsWith("-")) {
            throw new ProtocolException("SET was answered " + reply);
        }
        return reply.equals("+OK");
    }

    @Override
    public Got get(long key, Expected expected) throws IOException {
        wire.send(wire.text("*2\r\n$3\r\nGET\r\n" + argument(key)));
        var reply = wire.line();
        if (reply.equals("$-1") || reply.equals("_")) {
            return Got.MISS;
        }
        if (!reply.startsWith("$")) {
            throw new ProtocolException("GET was answered " + reply);
        }
        var got = wire.value(Long.parseLong(reply, 1, reply.length(), 10), expected);
        if (!wire.line().isEmpty()) {
            throw new ProtocolException("a value that does not end where it should");
        }
        return got;
    }

    @Override
    public void delete(long key) throws IOException {
        wire.send(wire.text("*2\r\n$3\r\nDEL\r\n" + argument(key)));
        var reply = wire.line();
        if (!reply.startsWith(":")) {
            throw new ProtocolException("DEL was answered " + reply);
        }
    }

    private static String argument(long key) {
        var name = KeyNames.of(key);
        return "$" + name.length() + "\r\n" + name + "\r\n";
    }

    @Override
    public void close() throws IOException {
        wire.close();
    }
}
