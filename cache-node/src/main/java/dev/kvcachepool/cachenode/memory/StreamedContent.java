package dev.kvcachepool.cachenode.memory;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Content that comes from elsewhere while it is read, once. Owned by one thread. */
public interface StreamedContent extends Content {

    /**
     * The next bytes.
     *
     * @return a buffer with at least one byte, valid until the next call; null at the end
     * @throws IOException when the rest can't come any more: what was read is not the value
     */
    @Nullable
    ByteBuffer next() throws IOException;
}
