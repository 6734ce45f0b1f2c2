package dev.kvcachepool.engine.model;

import com.github.tjake.jlama.tensor.AbstractTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Prefill of a prompt parts of which were computed elsewhere, after other text and at other positions. The idea is
 * CacheBlend's (Yao et al., EuroSys 2025): keys and values of such parts miss only what their tokens would have attended to
 * before them; the few tokens to which that matters most are computed anew, and found by how far the second layer's keys are
 * from the reused ones, since a token that deviates there deviates in the layers above, too.
 *
 * <ol>
 *   <li>The first layer is computed for all positions. Its keys and values depend on token and position alone, so that it is
 *       right as a whole; meanwhile the other layers' may still be on their way.
 *   <li>The second layer's keys are computed for the reused positions and compared with what came.
 *   <li>The selection, and whatever nobody had, goes through the remaining layers, each over all positions before it:
 *       recomputed ones as they are now, others as they came.
 * </ol>
 *
 * <p>With everything selected this is a full prefill. Unlike the paper's, the selection is made once and not narrowed layer
 * by layer. Used by one thread at a time, that of its model.
 */
public final class PartialPrefill {
    private final Transformer model;
    private final Rotation rotation;

    public PartialPrefill(Transformer model) {
        this.model = model;
        this.rotation = new Rotation(model.shape());
    }

    /**
     * What came of a prompt.
     *
     * @param next probabilities of the token after the prompt
     * @param reused positions whose keys and values came from elsewhere
     * @param recomputed those among them that were selected
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Result(float[] next, int reused, int recomputed) {}

    /**
     * Computes the prompt from a position on; its last position is always computed.
     *
     * @param from the memory has the positions before it
     * @param loading writes reused positions of the second layer and above
     */
    public Result run(int[] prompt, int from, KvMemory memory, Loading loading, Selection selection)
            throws InterruptedException {
        var first = firstLayer(prompt, from, memory);
        try {
            var reused = loading.await();
            reused.clear(0, from);
            reused.clear(prompt.length - 1, Math.max(prompt.length, reused.length()));
            var selected =
                    selection.choose((BitSet) reused.clone(), deviations(first, from, prompt.length, reused, memory));
            var computed = new BitSet(prompt.length);
            computed.set(from, prompt.length);
            computed.andNot(reused);
            computed.or(selected);
            return new Result(remaining(first, from, computed, memory), reused.cardinality(), selected.cardinality());
        } finally {
            first.forEach(AbstractTensor::close);
        }
    }

    /** The first layer's output, a tensor for each {@link Transformer#STEP} positions. */
    private List<AbstractTensor<?, ?>> firstLayer(int[] prompt, int from, KvMemory memory) {
        var outputs = new ArrayList<AbstractTensor<?, ?>>();
        for (int at = from; at < prompt.length; at += Transformer.STEP) {
            var some = Arrays.copyOfRange(prompt, at, Math.min(prompt.length, at + Transformer.STEP));
            try (AbstractTensor<?, ?> embedded = model.llama().embed(some, at)) {
                outputs.add(model.llama().layer(0, embedded, at, memory.buffer()));
            }
        }
        return outputs;
    }

    private float[] deviations(List<AbstractTensor<?, ?>> first, int from, int length, BitSet reused, KvMemory memory) {
        var deviations = new float[length];
        var key = new float[model.shape().kvWidth()];
        for (int step = 0; step < first.size(); step++) {
            int start = from + step * Transformer.STEP;
            int rows = first.get(step).shape().first();
            if (reused.get(start, start + rows).isEmpty()) {
                continue;
            }
            try (AbstractTensor<?, ?> keys = model.llama().secondKeys(first.get(step))) {
                for (int row = 0; row < rows; row++) {
                    if (reused.get(start + row)) {
                        for (int i = 0; i < key.length; i++) {
                            key[i] = keys.get(row, i);
                        }
                        rotation.turnTo(start + row, key);
                        deviations[start + row] = distance(key, memory, start + row);
                    }
                }
            }
        }
        return deviations;
    }

    private static float distance(float[] key, KvMemory memory, int position) {
        float sum = 0;
        for (int i = 0; i < key.length; i++) {
            float difference = key[i] - memory.key(1, position, i);
            sum += difference * difference;
        }
        return sum;
    }

    /** The layers after the first for the chosen positions, in runs of consecutive ones. */
    private float[] remaining(List<AbstractTensor<?, ?>> first, int from, BitSet chosen, KvMemory memory) {
        var runs = runs(first, from, chosen);
        try {
            for (int layer = 1; layer < model.shape().layers(); layer++) {
                for (int i = 0; i < runs.size(); i++) {
                    var run = runs.get(i);
                    var output = model.llama().layer(layer, run.values, run.position, memory.buffer());
                    run.values.close();
                    runs.set(i, new Run(run.position, output));
                }
            }
            return model.next(runs.getLast().values);
        } finally {
            runs.forEach(run -> run.values.close());
        }
    }

    /** Consecutive positions on their way through the layers. */
    private record Run(int position, AbstractTensor<?, ?> values) {}

    private List<Run> runs(List<AbstractTensor<?, ?>> first, int from, BitSet chosen) {
        var runs = new ArrayList<Run>();
        int width = model.shape().hidden();
        for (int start = chosen.nextSetBit(from); start >= 0; ) {
            int end = Math.min(chosen.nextClearBit(start), start + Transformer.STEP);
            AbstractTensor<?, ?> values = model.llama().makeDenseTensor(end - start, width);
            for (int position = start; position < end; position++) {
                AbstractTensor<?, ?> source = first.get((position - from) / Transformer.STEP);
                int row = (position - from) % Transformer.STEP;
                values.copyFrom(source, source.getOffset(row, 0), values.getOffset(position - start, 0), width);
            }
            runs.add(new Run(start, values));
            start = chosen.nextSetBit(end);
        }
        return runs;
    }
}
