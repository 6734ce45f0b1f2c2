package dev.kvcachepool.engine.model;

import com.github.tjake.jlama.tensor.AbstractTensor;
import com.github.tjake.jlama.util.PhysicalCoreExecutor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A model in memory. Computes for one caller at a time, on as many threads as it is told for the whole process; {@link
 * KvMemory} may be read and written beside it.
 */
public final class Transformer {
    /** Positions that one step computes: more does not make it faster, and a step can't be interrupted. */
    public static final int STEP = 64;

    private final ModelShape shape;
    private final Llama llama;
    private final List<Layer> layers;

    private Transformer(ModelShape shape, Llama llama) {
        this.shape = shape;
        this.llama = llama;
        var rotation = new Rotation(shape);
        this.layers = IntStream.range(0, shape.layers())
                .mapToObj(layer -> new Layer(llama, layer, shape, rotation))
                .toList();
    }

    /** A model with random weights, the same for the same shape and seed. */
    public static Transformer seeded(ModelShape shape, long seed) {
        return new Transformer(shape, new Llama(shape, new SeededWeights(shape, seed)));
    }

    /**
     * How many threads compute; half of the processors where nobody says.
     *
     * @throws IllegalStateException once a model computed
     */
    public static void threads(int count) {
        PhysicalCoreExecutor.overrideThreadCount(count);
    }

    public ModelShape shape() {
        return shape;
    }

    /** Memory for a sequence of {@code positions} at most. */
    public KvMemory newMemory(int positions) {
        if (positions < 1 || positions > shape.contextLength()) {
            throw new IllegalArgumentException(positions + " positions, allowed are 1 to " + shape.contextLength());
        }
        return new KvMemory(shape, llama.newBuffer(), positions);
    }

    /**
     * Computes positions {@code from} to {@code to} − 1, of which there are {@link #STEP} at most, over what the memory has
     * before them.
     *
     * @return the probabilities of the token after them
     */
    public float[] compute(int[] tokens, int from, int to, KvMemory memory) {
        try (AbstractTensor<?, ?> output = forward(tokens, from, to, memory, layers)) {
            return next(output);
        }
    }

    /** As {@link #compute}, where nobody asks what comes next. */
    public void fill(int[] tokens, int from, int to, KvMemory memory) {
        forward(tokens, from, to, memory, layers).close();
    }

    /** The output of the first layers, [to − from][hidden], which the caller closes. */
    AbstractTensor<?, ?> forward(int[] tokens, int from, int to, KvMemory memory, List<Layer> through) {
        var positions = IntStream.range(from, to).toArray();
        AbstractTensor<?, ?> values = llama.embed(Arrays.copyOfRange(tokens, from, to), from);
        for (var layer : through) {
            var input = values;
            try (input) {
                values = layer.forward(input, positions, memory, null);
            }
        }
        return values;
    }

    /** Probabilities of the token after the last row. */
    float[] next(AbstractTensor<?, ?> output) {
        return llama.getLogits(output.slice(output.shape().first() - 1));
    }

    Llama llama() {
        return llama;
    }

    List<Layer> layers() {
        return layers;
    }

    /** The most probable token; of equal ones the lowest. */
    public static int greedy(float[] probabilities) {
        int best = 0;
        for (int i = 1; i < probabilities.length; i++) {
            if (probabilities[i] > probabilities[best]) {
                best = i;
            }
        }
        return best;
    }
}
