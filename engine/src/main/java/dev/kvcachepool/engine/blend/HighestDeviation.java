package dev.kvcachepool.engine.blend;

import dev.kvcachepool.engine.model.Selection;
import java.util.BitSet;
import java.util.Comparator;

/**
 * A share of the reused positions, those whose keys deviate most: more than the share in the second layer, fewer from layer to
 * layer, the share by their mean. Each layer says more of where it matters than the one before (Yao et al., CacheBlend, 2025,
 * section 4.3).
 *
 * @param share of the reused positions, 0 to 1; 0 is naive reuse, 1 a full prefill
 */
public record HighestDeviation(double share) implements Selection {
    /** What the paper found enough for a trained model. */
    public static final double SHARE = .15;

    /** Of the share in the second layer; the last one has as much less. */
    private static final double FIRST = 1.2;

    public HighestDeviation {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("share is " + share + ", allowed is 0 to 1");
        }
    }

    @Override
    public BitSet choose(BitSet reused, float[] deviations, int last) {
        return highest(reused, deviations, share * part(1, last) * reused.cardinality());
    }

    @Override
    public BitSet narrow(BitSet chosen, float[] deviations, int layer, int last) {
        return highest(chosen, deviations, chosen.cardinality() * part(layer + 1, last) / part(layer, last));
    }

    private double first() {
        return share * FIRST <= 1 ? FIRST : 1 / share;
    }

    /** Of the share in a layer: falls evenly from the second layer, 1, to the last. */
    private double part(int layer, int last) {
        return last == 1 ? 1 : first() - 2 * (first() - 1) * (layer - 1) / (last - 1);
    }

    private static BitSet highest(BitSet positions, float[] deviations, double count) {
        var highest = new BitSet();
        positions.stream()
                .boxed()
                .sorted(Comparator.comparingDouble((Integer position) -> deviations[position])
                        .reversed()
                        .thenComparing(Comparator.naturalOrder()))
                .limit(Math.round(count))
                .forEach(highest::set);
        return highest;
    }
}
