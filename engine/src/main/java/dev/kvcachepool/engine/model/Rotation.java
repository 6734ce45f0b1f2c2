package dev.kvcachepool.engine.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Turns keys by a number of positions (rotary position embedding: Su et al., RoFormer, 2021). A key that was turned to
 * position p and is turned by d more is the key of position p + d: what a chunk needs that stands elsewhere now.
 *
 * <p>Pairs are an entry of a head's first half and that of its second half, as Hugging Face's Llama has them; pair i turns by
 * theta^(−2i / headSize) a position.
 */
public final class Rotation {
    /**
     * Jlama 0.8 takes a kv head's angles from so many positions further on, for its queries as for its keys, so that scores are
     * as they should be.
     */
    static final int HEAD_STEP = 2;

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

    /** The turn of a position's queries and keys, as Jlama turns them: a kv head's as those of a position 2 further on each. */
    At at(int position) {
        return new At(position);
    }

    /** One position's turn. */
    final class At {
        /** [kvHead] */
        private final Turn[] turns = new Turn[shape.kvHeads()];

        private At(int position) {
            Arrays.setAll(turns, kvHead -> new Turn(position + HEAD_STEP * kvHead));
        }

        /** Turns queries or keys, [heads or kvHeads][headSize], in place. */
        void turn(float[] heads) {
            int group = heads.length / shape.kvWidth();
            for (int head = 0; head * shape.headSize() < heads.length; head++) {
                turns[head / group].apply(heads, head * shape.headSize());
            }
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
