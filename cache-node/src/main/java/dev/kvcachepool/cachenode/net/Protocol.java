package dev.kvcachepool.cachenode.net;

import java.io.IOException;
import java.nio.ByteBuffer;

/** What is spoken at a port. Thread-safe: each connection has a thread of its own. */
public interface Protocol {

    /** One word in lower case, for threads and metrics. */
    String name();

    /**
     * Serves a connection, request after request, until either side ends it; the caller closes the wire.
     *
     * @param id of this connection, unique at its port
     * @throws IOException when the client is gone, or was closed for stalling
     */
    void serve(Wire wire, long id) throws IOException;

    /** What a client is told that comes when no more are served, before it is closed; nothing where it could not read it. */
    default ByteBuffer refusal() {
        return ByteBuffer.allocate(0);
    }

    /** Called now and then, while the port is served. */
    default void tidy() {}
}
