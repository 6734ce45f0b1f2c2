package dev.kvcachepool.engine.pool;

import dev.kvcachepool.client.LeasedValue;
import dev.kvcachepool.client.LocalClient;
import dev.kvcachepool.client.RefusedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;
import java.util.function.Predicate;

/** Chunks of a cache-node on this host: read in its memory, or over its socket where it shows none. */
public final class NodeSource implements ChunkSource {
    private final PoolLink link;

    public NodeSource(PoolSettings settings) {
        this.link = new PoolLink(settings);
    }

    @Override
    public BitSet held(List<byte[]> keys) {
        return link.ask(
                client -> {
                    var there = new BitSet(keys.size());
                    var answers = client.existsEach(keys);
                    for (int i = 0; i < keys.size(); i++) {
                        there.set(i, answers.get(i));
                    }
                    return there;
                },
                new BitSet());
    }

    @Override
    public boolean read(byte[] key, int bytes, Predicate<List<ByteBuffer>> taker) {
        return link.ask(client -> read(client, key, bytes, taker), false);
    }

    private static boolean read(LocalClient client, byte[] key, int bytes, Predicate<List<ByteBuffer>> taker)
            throws IOException {
        LeasedValue leased;
        try {
            leased = client.lease(key);
        } catch (RefusedException e) {
            var copy = client.get(key);
            return copy != null && copy.length == bytes && taker.test(List.of(ByteBuffer.wrap(copy)));
        }
        if (leased == null) {
            return false;
        }
        // A lease that ended meanwhile raises when it is closed.
        try (leased) {
            return leased.size() == bytes && taker.test(leased.parts());
        }
    }

    @Override
    public void close() {
        link.close();
    }
}
