package dev.kvcachepool.bench.wire;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * One connection to a server, one request at a time, for one thread. Keys are numbers; each protocol writes them its own way.
 * Closing it from another thread ends a request that hangs.
 */
public interface StoreClient extends Closeable {
    /** Stores a value; false where the server refused it and the connection can go on. */
    boolean put(long key, MemorySegment value) throws IOException;

    /** Reads a value and checks all of it. */
    Got get(long key, Expected expected) throws IOException;

    /** Forgets a value, if there is one. */
    void delete(long key) throws IOException;
}
