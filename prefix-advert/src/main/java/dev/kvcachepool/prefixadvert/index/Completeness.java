package dev.kvcachepool.prefixadvert.index;

import dev.kvcachepool.prefixadvert.wire.RankSet;
import java.util.Arrays;
import java.util.Collection;

/** For one look-up: which shapes are a whole block for the model's KV groups, each judged once. */
final class Completeness {
    private static final byte UNKNOWN = 0;
    private static final byte WHOLE = 1;
    private static final byte PART = 2;

    private final Shapes shapes;
    private final Collection<Integer> kvGroups;
    private Shapes.Shape[] known;
    private byte[] verdicts;

    Completeness(Shapes shapes, Collection<Integer> kvGroups) {
        this.shapes = shapes;
        this.kvGroups = kvGroups;
        this.known = shapes.known();
        this.verdicts = new byte[known.length];
    }

    boolean isWhole(int number) {
        if (number >= verdicts.length) {
            known = shapes.known();
            verdicts = Arrays.copyOf(verdicts, Math.max(known.length, number + 1));
        }
        if (verdicts[number] == UNKNOWN) {
            verdicts[number] = isWhole(shape(number)) ? WHOLE : PART;
        }
        return verdicts[number] == WHOLE;
    }

    boolean isWhole(Shapes.Shape shape) {
        return shape.worldSize() <= RankSet.MAX_BITS && shape.held().hasAll(shape.worldSize(), kvGroups);
    }

    Shapes.Shape shape(int number) {
        return known[number < known.length ? number : Shapes.UNKNOWN];
    }
}
