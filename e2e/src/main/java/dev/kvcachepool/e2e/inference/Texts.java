package dev.kvcachepool.e2e.inference;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Texts of random tokens: what they say plays no part, only which of them recur. */
public final class Texts {
    private Texts() {}

    public static int[] random(RandomGenerator random, int length, int vocabulary) {
        return random.ints(length, 0, vocabulary).toArray();
    }

    public static int[] concat(int[]... parts) {
        return Arrays.stream(parts).flatMapToInt(Arrays::stream).toArray();
    }

    public static int[] concat(List<int[]> parts) {
        return concat(parts.toArray(int[][]::new));
    }

    public static int[] of(List<Integer> tokens) {
        return tokens.stream().mapToInt(Integer::intValue).toArray();
    }
}
