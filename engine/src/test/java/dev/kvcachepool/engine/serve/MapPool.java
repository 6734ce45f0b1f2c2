package dev.kvcachepool.engine.serve;

import dev.kvcachepool.engine.pool.ChunkSink;
import dev.kvcachepool.engine.pool.ChunkSource;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** A pool in a map, with a place for faults. */
class MapPool implements ChunkSource, ChunkSink {
    final Map<ByteBuffer, byte[]> values = new ConcurrentHashMap<>();

    @Override
    public BitSet held(List<byte[]> keys) {
        var held = new BitSet();
        for (int i = 0; i < keys.size(); i++) {
            held.set(i, values.containsKey(ByteBuffer.wrap(keys.get(i))));
        }
        return held;
    }

    @Override
    public boolean read(byte[] key, int bytes, Predicate<List<ByteBuffer>> taker) {
        var value = values.get(ByteBuffer.wrap(key));
        return value != null && value.length == bytes && taker.test(List.of(ByteBuffer.wrap(value)));
    }

    @Override
    public boolean store(byte[] key, ByteBuffer value) {
        var bytes = new byte[value.remaining()];
        value.get(bytes);
        values.put(ByteBuffer.wrap(key.clone()), bytes);
        return true;
    }

    @Override
    public void close() {
        // A map needs none.
    }
}
