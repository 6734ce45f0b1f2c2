package dev.kvcachepool.engine.model;

/**
 * The shape of a model of Llama's architecture: grouped-query attention, rotary positions, RMS norms, a gated MLP.
 *
 * @param layers transformer blocks
 * @param hidden width of a token's embedding; a multiple of {@code heads}
 * @param mlp width of the gated MLP
 * @param heads of queries
 * @param kvHeads of keys and values; divides {@code heads}
 * @param vocabulary token ids are 0 to this − 1
 * @param contextLength positions at most
 * @param ropeTheta base of the rotary positions' frequencies
 */
public record ModelShape(
        int layers, int hidden, int mlp, int heads, int kvHeads, int vocabulary, int contextLength, double ropeTheta) {

    /** A prefill of 2,000 tokens takes two cores some nine seconds: 48 million parameters besides the embeddings. */
    public static final ModelShape SMALL = new ModelShape(16, 512, 1536, 8, 2, 8192, 8192, 10_000);

    public ModelShape {
        atLeast("layers", layers, 2);
        atLeast("heads", heads, 1);
        atLeast("kvHeads", kvHeads, 1);
        atLeast("vocabulary", vocabulary, 2);
        atLeast("contextLength", contextLength, 2);
        // Jlama's vectors are 16 floats wide.
        multipleOf("mlp", mlp, 16);
        multipleOf("heads", heads, kvHeads);
        multipleOf("hidden", hidden, heads);
        multipleOf("hidden / heads", hidden / heads, 32);
    }

    private static void atLeast(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " is " + value + ", allowed is " + least + " at least");
        }
    }

    private static void multipleOf(String name, int value, int of) {
        if (value <= 0 || value % of != 0) {
            throw new IllegalArgumentException(name + " is " + value + ", allowed are multiples of " + of);
        }
    }

    /** Floats of one head's query, key or value. */
    public int headSize() {
        return hidden / heads;
    }

    /** Floats of one position's keys in one layer, and of its values. */
    public int kvWidth() {
        return headSize() * kvHeads;
    }

    /** Bytes of one position's keys and values in all layers, as 32-bit floats. */
    public int kvBytesPerToken() {
        return Math.multiplyExact(2 * layers * Float.BYTES, kvWidth());
    }

    /** Told apart in names of models, so that no two shapes share a key. */
    public String label() {
        return layers + "x" + hidden + "-" + mlp + "-" + heads + "-" + kvHeads + "-" + vocabulary;
    }
}
