package dev.kvcachepool.engine.model;

import com.github.tjake.jlama.math.VectorMath;
import com.github.tjake.jlama.tensor.AbstractTensor;
import java.lang.foreign.MemorySegment;

/**
 * Causal attention of some positions to all before them and themselves. A tile of positions and a head is one task: its scores
 * are one product of matrices. Used by one thread at a time, on as many as the model computes with.
 */
final class Attention {
    /** Positions of a tile: their scores for some thousand positions stay in a processor's own cache; see {@link Tensors}. */
    private static final int TILE = 15;

    /** Of e^x: below is nothing that a sum of floats would notice. */
    private static final float LOWEST = -87f;

    private static final double LN2 = Math.log(2);
    private static final float LOG2_E = (float) (1 / LN2);
    /** 1.5 · 2^23: added to a float of a smaller size it leaves no bits behind the point. */
    private static final float WHOLE = 12_582_912f;
    /** LN2^n / n!: the series of 2^x. */
    private static final float LN2_2 = (float) (LN2 * LN2 / 2);

    private static final float LN2_3 = (float) (Math.pow(LN2, 3) / 6);
    private static final float LN2_4 = (float) (Math.pow(LN2, 4) / 24);
    private static final float LN2_5 = (float) (Math.pow(LN2, 5) / 120);
    private static final float LN2_6 = (float) (Math.pow(LN2, 6) / 720);

    private final Llama llama;
    private final ModelShape shape;

    Attention(Llama llama, ModelShape shape) {
        this.llama = llama;
        this.shape = shape;
    }

    /**
     * What the heads of some positions see, [positions][hidden], which the caller closes.
     *
     * @param queries turned to their positions, a row each
     * @param positions ascending; the memory has the layer's keys and values of all up to the last
     */
    AbstractTensor<?, ?> attend(AbstractTensor<?, ?> queries, int[] positions, int layer, KvMemory memory) {
        AbstractTensor<?, ?> attended = llama.makeDenseTensor(positions.length, shape.hidden());
        int tiles = (positions.length + TILE - 1) / TILE;
        VectorMath.pfor(0, tiles * shape.heads(), task -> {
            int first = task / shape.heads() * TILE;
            int rows = Math.min(TILE, positions.length - first);
            tile(queries, positions, first, rows, task % shape.heads(), layer, memory, attended);
        });
        return attended;
    }

    private void tile(
            AbstractTensor<?, ?> queries,
            int[] positions,
            int first,
            int rows,
            int head,
            int layer,
            KvMemory memory,
            AbstractTensor<?, ?> attended) {
        int last = positions[first + rows - 1];
        AbstractTensor<?, ?>[] keys = memory.keys(layer, last);
        AbstractTensor<?, ?>[] values = memory.values(layer, last);
        int page = keys[0].shape().first();
        int at = head * shape.headSize();
        int kvAt = head / (shape.heads() / shape.kvHeads()) * shape.headSize();
        try (AbstractTensor<?, ?> tile = scaled(queries, first, rows, at);
                AbstractTensor<?, ?> scores = llama.makeDenseTensor(rows, page * keys.length)) {
            for (int i = 0; i < keys.length; i++) {
                int seen = Math.min(page, last + 1 - i * page);
                Tensors.multiply(scores, i * page, tile, keys[i], kvAt, shape.headSize(), 0, seen);
            }
            var weights = new float[last + 1];
            for (int row = 0; row < rows; row++) {
                int seen = positions[first + row] + 1;
                AbstractTensor<?, ?> output = attended.slice(first + row);
                float sum = weights(Tensors.row(scores, row).asSlice(0, (long) seen * Float.BYTES), weights, seen);
                for (int i = 0; i * page < seen; i++) {
                    Tensors.OPERATIONS.saxpy(
                            scores.slice(row),
                            values[i],
                            output,
                            kvAt,
                            at,
                            shape.headSize(),
                            i * page,
                            0,
                            Math.min(page, seen - i * page));
                }
                Tensors.OPERATIONS.scale(1 / sum, output, at, shape.headSize());
            }
        }
    }

    /** A head's queries of some rows, divided by the square root of its size. */
    private AbstractTensor<?, ?> scaled(AbstractTensor<?, ?> queries, int first, int rows, int at) {
        AbstractTensor<?, ?> tile = llama.makeDenseTensor(rows, shape.headSize());
        for (int row = 0; row < rows; row++) {
            tile.copyFrom(queries, queries.getOffset(first + row, at), tile.getOffset(row, 0), shape.headSize());
            Tensors.OPERATIONS.scale((float) (1 / Math.sqrt(shape.headSize())), tile.slice(row), 0, shape.headSize());
        }
        return tile;
    }

    /** Replaces scores by their exponentials, the highest being 1, and returns their sum. */
    private static float weights(MemorySegment scores, float[] room, int count) {
        var heap = MemorySegment.ofArray(room).asSlice(0, scores.byteSize());
        heap.copyFrom(scores);
        float highest = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < count; i++) {
            highest = Math.max(highest, room[i]);
        }
        for (int i = 0; i < count; i++) {
            room[i] = exp(room[i] - highest);
        }
        float sum = 0;
        for (int i = 0; i < count; i++) {
            sum += room[i];
        }
        scores.copyFrom(heap);
        return sum;
    }

    /**
     * e^x for x of 0 at most, to a relative error of (4 + |x|) · 1e-7: 2 to the nearest whole power by the float's exponent, times 2 to the
     * rest by its power series. Without a branch, so that loops of it become vectors.
     */
    static float exp(float x) {
        float power = Math.max(x, LOWEST) * LOG2_E;
        float shifted = power + WHOLE;
        float rest = power - (shifted - WHOLE);
        float series = LN2_6;
        series = series * rest + LN2_5;
        series = series * rest + LN2_4;
        series = series * rest + LN2_3;
        series = series * rest + LN2_2;
        series = series * rest + (float) LN2;
        series = series * rest + 1f;
        return Float.intBitsToFloat((Float.floatToRawIntBits(shifted) << 23) + Float.floatToRawIntBits(series));
    }
}
