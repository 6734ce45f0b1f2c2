package dev.kvcachepool.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32;

/** A value in the node's memory, which stays as it is until this is closed. Used by one thread at a time. */
public final class LeasedValue implements AutoCloseable {
    private final LocalClient client;
    private final long id;
    private final long size;
    private final List<ByteBuffer> parts;
    private boolean closed;

    LeasedValue(LocalClient client, long id, long size, List<ByteBuffer> parts) {
        this.client = client;
        this.id = id;
        this.size = size;
        this.parts = parts;
    }

    /** Bytes in all. */
    public long size() {
        return size;
    }

    /** The content, read-only, one part after another; not to be read any more once this is closed. */
    public List<ByteBuffer> parts() {
        return parts.stream().map(ByteBuffer::duplicate).toList();
    }

    /** Compares the content with the node's checksum of it, which it is asked for: a pass over the bytes on each side. */
    public boolean verify() throws IOException {
        int crc = client.checksum(id);
        var sum = new CRC32();
        parts.forEach(part -> sum.update(part.duplicate()));
        return (int) sum.getValue() == crc;
    }

    /**
     * Ends the lease.
     *
     * @throws IOException when it had ended before: what was read is not to be trusted
     */
    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            client.release(id);
        }
    }
}
