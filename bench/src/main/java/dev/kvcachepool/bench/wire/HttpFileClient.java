package dev.kvcachepool.bench.wire;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.ProtocolException;
import java.util.Locale;

/** Speaks HTTP/1.1 to a server of files that takes PUT and DELETE: nginx with WebDAV. Connections are kept alive. */
public final class HttpFileClient implements StoreClient {
    private final Wire wire;

    public HttpFileClient(Wire wire) {
        this.wire = wire;
    }

    @Override
    public boolean put(long key, MemorySegment value) throws IOException {
        var head = request("PUT", key, "Content-Length: " + value.byteSize() + "\r\n");
        wire.send(wire.text(head), value.asByteBuffer());
        var reply = head();
        wire.skip(reply.length);
        return reply.status == 201 || reply.status == 204;
    }

    @Override
    public Got get(long key, Expected expected) throws IOException {
        wire.send(wire.text(request("GET", key, "")));
        var reply = head();
        if (reply.status == 200) {
            return wire.value(reply.length, expected);
        }
        wire.skip(reply.length);
        if (reply.status != 404) {
            throw new ProtocolException("GET was answered " + reply.status);
        }
        return Got.MISS;
    }

    @Override
    public void delete(long key) throws IOException {
        wire.send(wire.text(request("DELETE", key, "")));
        wire.skip(head().length);
    }

    private static String request(String method, long key, String more) {
        return method + " /" + KeyNames.of(key) + " HTTP/1.1\r\nHost: bench\r\n" + more + "\r\n";
    }

    private Head head() throws IOException {
        var first = wire.line();
        var words = first.split(" ", 3);
        if (words.length < 2 || !words[0].startsWith("HTTP/1.1")) {
            throw new ProtocolException("not HTTP/1.1: " + first);
        }
        long length = 0;
        for (var line = wire.line(); !line.isEmpty(); line = wire.line()) {
            var field = line.toLowerCase(Locale.ROOT);
            if (field.startsWith("content-length:")) {
                length = Long.parseLong(
                        field.substring("content-length:".length()).strip());
            }
        }
        return new Head(Integer.parseInt(words[1]), length);
    }

    @Override
    public void close() throws IOException {
        wire.close();
    }

    /** Of a reply; {@code length} of its body in bytes. */
    private record Head(int status, long length) {}
}
