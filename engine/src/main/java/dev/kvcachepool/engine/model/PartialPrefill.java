package dev.kvcachepool.engine.model;

import com.github.tjake.jlama.tensor.AbstractTensor;
import java.util.ArrayList;
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
 *       recomputed ones as they are now, others as they came. From layer to layer the selection may be narrowed, by how far
 *       each position's keys turned out to be from those that came.
 * </ol>
 *
 * <p>With everything selected this is a full prefill. Used by one thread at a time, that of its model.
 */
public final class PartialPrefill {
    private final Transformer model;
    /** All but the first. */
    private final List<Layer> layers;

    public PartialPrefill(Transformer model) {
        this.model = model;
        this.layers = model.layers().subList(1, model.layers().size());
    }

    /**
     * What came of a prompt.
     *
     * @param next probabilities of the token after the prompt
     * @param reused positions whose keys and values came from elsewhere
     * @param recomputed those among them that were selected; where the selection was narrowed, their mean over the layers
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Result(float[] next, int reused, int recomputed) {}

    /**
     * Computes the prompt from a position on; its last position is always computed.
     *
     * @param from the memory has the positions before it
     * @param loading writes reused positions of the second layer and above
     * @param between called between steps, none of which takes long; what it raises ends the prefill
     */
    public Result run(int[] prompt, int from, KvMemory memory, Loading loading, Selection selection, Runnable between)
            throws InterruptedException {
        var first = new ArrayList<AbstractTensor<?, ?>>();
        try {
            firstLayer(prompt, from, memory, between, first);
            var reused = loading.await();
            reused.clear(0, from);
            reused.clear(prompt.length - 1, Math.max(prompt.length, reused.length()));
            var deviations = deviations(first, from, prompt.length, reused, memory);
            var selected = selection.choose((BitSet) reused.clone(), deviations, layers.size());
            return remaining(first, from, reused, selected, deviations, memory, selection, between);
        } finally {
            first.forEach(AbstractTensor::close);
        }
    }

    /** Adds the first layer's output, a tensor for each {@link Transformer#STEP} positions. */
    private void firstLayer(
            int[] prompt, int from, KvMemory memory, Runnable between, List<AbstractTensor<?, ?>> outputs) {
        var first = model.layers().subList(0, 1);
        for (int at = from; at < prompt.length; at += Transformer.STEP) {
            between.run();
            int end = Math.min(prompt.length, at + Transformer.STEP);
            outputs.add(model.forward(prompt, at, end, memory, first));
        }
    }

    private float[] deviations(List<AbstractTensor<?, ?>> first, int from, int length, BitSet reused, KvMemory memory) {
        var deviations = new float[length];
        for (int step = 0; step < first.size(); step++) {
            int start = from + step * Transformer.STEP;
            if (!reused.get(start, start + first.get(step).shape().first()).isEmpty()) {
                layers.getFirst().deviations(first.get(step), start, memory, deviations);
            }
        }
        return deviations;
    }

    /** The layers after the first. */
    private Result remaining(
            List<AbstractTensor<?, ?>> first,
            int from,
            BitSet reused,
            BitSet selected,
            float[] deviations,
            KvMemory memory,
            Selection selection,
            Runnable between) {
        int length = deviations.length;
        var rows = SelectedRows.of(first, from, computed(from, length, reused, selected), model.llama());
        try {
            var kept = selected;
            long recomputed = 0;
            for (int layer = 1; layer <= layers.size(); layer++) {
                var current = layers.get(layer - 1);
                recomputed += kept.cardinality();
                rows.replaceAll((values, positions) -> {
                    between.run();
                    return current.forward(values, positions, memory, deviations);
                });
                if (layer < layers.size()) {
                    var narrowed = selection.narrow((BitSet) kept.clone(), deviations, layer, layers.size());
                    if (narrowed.cardinality() < kept.cardinality()) {
                        rows.keep(computed(from, length, reused, narrowed));
                        kept = narrowed;
                    }
                }
            }
            int mean = Math.toIntExact(Math.round((double) recomputed / layers.size()));
            return new Result(model.next(rows.last()), reused.cardinality(), mean);
        } finally {
            rows.close();
        }
    }

    private static BitSet computed(int from, int length, BitSet reused, BitSet selected) {
        var computed = new BitSet(length);
        computed.set(from, length);
        computed.andNot(reused);
        computed.or(selected);
        return computed;
    }
}
