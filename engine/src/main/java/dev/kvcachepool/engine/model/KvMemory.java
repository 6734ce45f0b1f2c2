package dev.kvcachepool.engine.model;

import com.github.tjake.jlama.tensor.AbstractTensor;
import com.github.tjake.jlama.tensor.KvBufferCache.KvBuffer;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keys and values of one sequence, position after position. Keys are kept turned to their positions (RoPE).
 *
 * <p>Outside it lies as LMCache's {@code KV_2LTD}: {@code [2][layers][tokens][kvWidth]} of little-endian 32-bit floats, keys
 * before values. One thread computes; others may read positions that are computed and write positions that nobody computes or
 * reads at the time. Counted: whoever holds on to it calls {@link #retain} and later {@link #close}; the last frees it.
 */
public final class KvMemory implements AutoCloseable {
    private final ModelShape shape;
    private final KvBuffer buffer;
    private final int capacity;
    private final int pageTokens;
    /** [layer · 2 + (0 keys, 1 values)][page]: all made before others than the first thread come. */
    private final MemorySegment[][] pages;

    private final AtomicInteger holders = new AtomicInteger(1);

    KvMemory(ModelShape shape, KvBuffer buffer, int capacity) {
        this.shape = shape;
        this.buffer = buffer;
        this.capacity = capacity;
        this.pages = new MemorySegment[2 * shape.layers()][];
        int tokens = 0;
        for (int layer = 0; layer < shape.layers(); layer++) {
            AbstractTensor<?, ?>[] keys = buffer.getKeyTensorsUptoPosition(layer, capacity - 1);
            AbstractTensor<?, ?>[] values = buffer.getValTensorsUptoPosition(layer, capacity - 1);
            tokens = keys[0].shape().first();
            pages[2 * layer] = segments(keys);
            pages[2 * layer + 1] = segments(values);
        }
        this.pageTokens = tokens;
    }

    private MemorySegment[] segments(AbstractTensor<?, ?>[] tensors) {
        var segments = new MemorySegment[tensors.length];
        for (int i = 0; i < tensors.length; i++) {
            segments[i] = tensors[i]
                    .getMemorySegment()
                    .asSlice(tensors[i].getMemorySegmentOffset(0), tensors[i].size() * Float.BYTES);
        }
        return segments;
    }

    KvBuffer buffer() {
        return buffer;
    }

    /** Positions that there is room for. */
    public int capacity() {
        return capacity;
    }

    /** Bytes of some positions outside. */
    public int bytes(int tokens) {
        return Math.multiplyExact(shape.kvBytesPerToken(), tokens);
    }

    /** Copies positions out; {@code to} has {@link #bytes} left for them, and is advanced. */
    public void read(int from, int tokens, ByteBuffer to) {
        var outside = MemorySegment.ofBuffer(to).asSlice(0, bytes(tokens));
        copy(from, tokens, 0, outside, true);
        to.position(to.position() + bytes(tokens));
    }

    /**
     * Copies positions in.
     *
     * @param firstLayer those below stay as they are
     * @param parts {@link #bytes} in all; their positions are not changed
     */
    public void write(int from, int tokens, int firstLayer, List<ByteBuffer> parts) {
        copy(from, tokens, firstLayer, whole(parts, bytes(tokens)), false);
    }

    /** In one piece, which they mostly are. */
    private static MemorySegment whole(List<ByteBuffer> parts, int bytes) {
        if (parts.size() == 1) {
            return MemorySegment.ofBuffer(parts.getFirst()).asSlice(0, bytes);
        }
        var gathered = ByteBuffer.allocate(bytes);
        parts.forEach(part -> gathered.put(part.duplicate()));
        return MemorySegment.ofBuffer(gathered.flip()).asSlice(0, bytes);
    }

    private void copy(int from, int tokens, int firstLayer, MemorySegment outside, boolean out) {
        if (from < 0 || tokens < 0 || from + tokens > capacity) {
            throw new IndexOutOfBoundsException(
                    "positions " + from + " to " + (from + tokens) + ", there are " + capacity);
        }
        long row = (long) shape.kvWidth() * Float.BYTES;
        for (int kind = 0; kind < 2; kind++) {
            for (int layer = firstLayer; layer < shape.layers(); layer++) {
                long at = (kind * (long) shape.layers() + layer) * tokens * row;
                for (int done = 0, some; done < tokens; done += some) {
                    int page = (from + done) / pageTokens;
                    int inPage = (from + done) % pageTokens;
                    some = Math.min(tokens - done, pageTokens - inPage);
                    var inside = pages[2 * layer + kind][page].asSlice(inPage * row, some * row);
                    var there = outside.asSlice(at + done * row, some * row);
                    MemorySegment.copy(out ? inside : there, 0, out ? there : inside, 0, some * row);
                }
            }
        }
    }

    /** The keys of one layer up to a position, in pages of [positions][kvWidth]. */
    AbstractTensor<?, ?>[] keys(int layer, int position) {
        return buffer.getKeyTensorsUptoPosition(layer, position);
    }

    /** As {@link #keys}. */
    AbstractTensor<?, ?>[] values(int layer, int position) {
        return buffer.getValTensorsUptoPosition(layer, position);
    }

    /** One position's keys in a layer, turned to it: [kvWidth] floats, no copy. */
    MemorySegment key(int layer, int position) {
        return row(2 * layer, position);
    }

    /** One position's values in a layer: [kvWidth] floats, no copy. */
    MemorySegment value(int layer, int position) {
        return row(2 * layer + 1, position);
    }

    private MemorySegment row(int kind, int position) {
        long bytes = (long) shape.kvWidth() * Float.BYTES;
        return pages[kind][position / pageTokens].asSlice(position % pageTokens * bytes, bytes);
    }

    /** Held on to by one more. */
    public KvMemory retain() {
        if (holders.getAndUpdate(count -> count == 0 ? 0 : count + 1) == 0) {
            throw new IllegalStateException("this memory is freed");
        }
        return this;
    }

    @Override
    public void close() {
        if (holders.decrementAndGet() == 0) {
            buffer.close();
        }
    }
}
