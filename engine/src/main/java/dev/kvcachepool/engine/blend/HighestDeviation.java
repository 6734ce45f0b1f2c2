package dev.kvcachepool.engine.blend;

import dev.kvcachepool.engine.model.Selection;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/**
 * A share of the reused positions, those whose keys deviate most. Chosen in groups of neighbours, by the group's mean:
 * consecutive positions go through a layer together, and one alone costs a processor twice as much as one of four.
 *
 * @param share of the reused positions, 0 to 1; 0 is naive reuse, 1 a full prefill
 * @param group neighbours at most
 */
public record HighestDeviation(double share, int group) implements Selection {
    /** What the paper found enough for a trained model. */
    public static final double SHARE = .15;

    public static final int GROUP = 4;

    public HighestDeviation {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("share is " + share + ", allowed is 0 to 1");
        }
        if (group < 1) {
            throw new IllegalArgumentException("group is " + group + ", allowed is 1 at least");
        }
    }

    private record Group(int start, int end, double deviation) {}

    @Override
    public BitSet choose(BitSet reused, float[] deviations) {
        var groups = groups(reused, deviations);
        groups.sort(Comparator.comparingDouble(Group::deviation).reversed().thenComparingInt(Group::start));
        long wanted = Math.round(share * reused.cardinality());
        var chosen = new BitSet();
        for (var group : groups) {
            if (wanted <= 0) {
                break;
            }
            chosen.set(group.start, group.end);
            wanted -= group.end - group.start;
        }
        return chosen;
    }

    private List<Group> groups(BitSet reused, float[] deviations) {
        var groups = new ArrayList<Group>();
        for (int start = reused.nextSetBit(0); start >= 0; ) {
            int end = Math.min(reused.nextClearBit(start), start + group);
            double sum = 0;
            for (int position = start; position < end; position++) {
                sum += deviations[position];
            }
            groups.add(new Group(start, end, sum / (end - start)));
            start = reused.nextSetBit(end);
        }
        return groups;
    }
}
