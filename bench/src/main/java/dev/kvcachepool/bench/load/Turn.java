package dev.kvcachepool.bench.load;

import java.io.Closeable;
import java.io.IOException;

/** What one connection does over and over; called by one thread. Closing it from another thread ends a call that hangs. */
public interface Turn extends Closeable {
    /** One request, or a few. */
    void once() throws IOException;
}
