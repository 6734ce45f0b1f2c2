package dev.kvcachepool.engine.model;

import com.github.tjake.jlama.tensor.AbstractTensor;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Positions on their way through the layers, ascending, {@link Transformer#STEP} of them at most in a tensor. Owns the tensors.
 * Confined to one thread.
 */
final class SelectedRows implements AutoCloseable {
    private final Llama model;
    private List<Batch> batches;

    /** Rows of [positions][hidden]. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Batch(AbstractTensor<?, ?> values, int[] positions) {}

    private SelectedRows(Llama model, List<Batch> batches) {
        this.model = model;
        this.batches = batches;
    }

    /** Computes a batch's values anew. */
    @FunctionalInterface
    interface Change {
        AbstractTensor<?, ?> apply(AbstractTensor<?, ?> values, int[] positions);
    }

    /**
     * Some rows of others.
     *
     * @param all rows of consecutive positions from {@code from} on, {@link Transformer#STEP} in a tensor; stay the caller's
     * @param chosen positions
     */
    static SelectedRows of(List<AbstractTensor<?, ?>> all, int from, BitSet chosen, Llama model) {
        var sources = new ArrayList<Batch>();
        int start = from;
        for (AbstractTensor<?, ?> values : all) {
            int[] positions = new int[values.shape().first()];
            for (int row = 0; row < positions.length; row++) {
                positions[row] = start++;
            }
            sources.add(new Batch(values, positions));
        }
        return new SelectedRows(model, chosen(sources, chosen, model));
    }

    /** Batch after batch, from the first positions to the last. */
    void replaceAll(Change change) {
        for (int i = 0; i < batches.size(); i++) {
            var batch = batches.get(i);
            var changed = change.apply(batch.values, batch.positions);
            batch.values.close();
            batches.set(i, new Batch(changed, batch.positions));
        }
    }

    /** Drops all but some positions. */
    void keep(BitSet chosen) {
        var before = batches;
        batches = chosen(before, chosen, model);
        before.forEach(batch -> batch.values.close());
    }

    /** The tensor whose last row is the last position's. */
    AbstractTensor<?, ?> last() {
        return batches.getLast().values;
    }

    private static List<Batch> chosen(List<Batch> sources, BitSet chosen, Llama model) {
        var batches = new ArrayList<Batch>();
        int left = chosen.cardinality();
        int filled = 0;
        for (var source : sources) {
            for (int row = 0; row < source.positions.length; row++) {
                if (!chosen.get(source.positions[row])) {
                    continue;
                }
                int width = source.values.shape().last();
                if (batches.isEmpty() || filled == batches.getLast().positions.length) {
                    int rows = Math.min(left, Transformer.STEP);
                    batches.add(new Batch(model.makeDenseTensor(rows, width), new int[rows]));
                    left -= rows;
                    filled = 0;
                }
                var batch = batches.getLast();
                batch.values.copyFrom(
                        source.values, source.values.getOffset(row, 0), batch.values.getOffset(filled, 0), width);
                batch.positions[filled++] = source.positions[row];
            }
        }
        return batches;
    }

    @Override
    public void close() {
        batches.forEach(batch -> batch.values.close());
        batches = List.of();
    }
}
