package dev.kvcachepool.engine.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Turns keys by a number of positions (rotary position embedding: Su et al., RoFormer, 2021). A key that was turned to
 * position p and is turned by d more is the key of position p + d: what a chunk needs that stands elsewhere now.
 *
 * <p>Pairs are an entry of a head's first half and that of its second half, as Hugging Face's Llama has them; pair i turns by
 * theta^(−2i / headSize) a position.
 */
public final class Rotation {
    private final ModelShape shape;
    private final double[] frequencies;

    public Rotation(ModelShape shape) {
        this.shape = shape;
        this.frequencies = new double[shape.headSize() / 2];
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = Math.pow(shape.ropeTheta(), -2.0 * i / shape.headSize());
        }
    }

    /**
     * Turns all keys of a chunk as it lies outside of {@link KvMemory}, in place.
     *
     * @param tokens of the chunk
     * @param by positions; below zero turns back
     */
    public void turn(ByteBuffer chunk, int tokens, int by) {
        if (by == 0) {
            return;
        }
        var floats = chunk.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        int heads = Math.multiplyExact(shape.layers() * tokens, shape.kvHeads());
        var row = new float[shape.headSize()];
        var turned = new Turn(by);
        for (int head = 0; head < heads; head++) {
            int at = head * row.length;
            floats.get(at, row);
            turned.apply(row, 0);
            floats.put(at, row);
        }
    }

    /** Turns one position's keys, [kvHeads][headSize], to it, in place. */
    void turnTo(int position, float[] keys) {
        var turned = new Turn(position);
        for (int head = 0; head < shape.kvHeads(); head++) {
            turned.apply(keys, head * shape.headSize());
        }
    }

    private final class Turn {
        private final float[] cos;
        private final float[] sin;

        Turn(int by) {
            this.cos = new float[frequencies.length];
            this.sin = new float[frequencies.length];
            for (int i = 0; i < frequencies.length; i++) {
                cos[i] = (float) Math.cos(by * frequencies[i]);
                sin[i] = (float) Math.sin(by * frequencies[i]);
            }
        }

        void apply(float[] head, int at) {
            int half = cos.length;
            for (int i = 0; i < half; i++) {
                float a = head[at + i];
                float b = head[at + i + half];
                head[at + i] = a * cos[i] - b * sin[i];
                head[at + i + half] = a * sin[i] + b * cos[i];
            }
        }
    }
}
