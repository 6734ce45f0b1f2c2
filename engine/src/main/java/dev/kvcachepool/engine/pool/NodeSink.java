package dev.kvcachepool.engine.pool;

import java.nio.ByteBuffer;

/** Stores chunks at a cache-node on this host, over its socket. */
public final class NodeSink implements ChunkSink {
    private final PoolLink link;

    public NodeSink(PoolSettings settings) {
        this.link = new PoolLink(settings);
    }

    @Override
    public boolean store(byte[] key, ByteBuffer value) {
        return link.ask(
                client -> {
                    client.set(key, value);
                    return true;
                },
                false);
    }

    @Override
    public void close() {
        link.close();
    }
}
