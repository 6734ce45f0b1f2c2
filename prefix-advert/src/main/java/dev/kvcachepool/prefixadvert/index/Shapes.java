package dev.kvcachepool.prefixadvert.index;

import dev.kvcachepool.prefixadvert.wire.RankSet;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The distinct (world size, rank set) of rows, each kept once and named by a small number. There are few in practice:
 * one for each way in which a model is spread over holders. One thread writes, any number read.
 *
 * <p>Once {@link Holding#MAX_SHAPES} are known, further ones all become {@link #UNKNOWN}, which holds no rank: such rows
 * are never counted rather than wrongly counted.
 */
final class Shapes {
    /** Rank 0 of group 0 in a world of one. */
    static final int SINGLE = 0;

    static final int UNKNOWN = 1;

    /** What a row says about ranks. */
    record Shape(int worldSize, RankSet held) {}

    private final Map<Shape, Integer> numbers = new HashMap<>();
    private volatile Shape[] known = {
        new Shape(1, RankSet.SINGLE), new Shape(Integer.MAX_VALUE, RankSet.SINGLE),
    };

    Shapes() {
        numbers.put(known[SINGLE], SINGLE);
    }

    /** The number of a shape, a new one where it is met for the first time. Writer only. */
    int number(int worldSize, RankSet held) {
        if (worldSize == 1 && held.equals(RankSet.SINGLE)) {
            return SINGLE;
        }
        var shape = new Shape(worldSize, held);
        var number = numbers.get(shape);
        return number != null ? number : add(shape);
    }

    private int add(Shape shape) {
        var before = known;
        if (before.length == Holding.MAX_SHAPES || shape.worldSize() < 1) {
            return UNKNOWN;
        }
        var after = Arrays.copyOf(before, before.length + 1);
        after[before.length] = shape;
        numbers.put(shape, before.length);
        known = after;
        return before.length;
    }

    /** All shapes by their number; not modified. */
    Shape[] known() {
        return known;
    }
}
