package dev.kvcachepool.prefixadvert.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class HolderSetsTest {
    private static final int POSITIONS = 50;
    private static final int HOLDERS = 7;
    private static final int STEPS = 200_000;

    private final Tally tally = new Tally();
    private final HolderSets sets = new HolderSets(tally);

    /** Words are equal where holders are, whatever way led there; in the end nothing is left. */
    @Test
    void saysWhatAModelSays() {
        long seed = Long.getLong("kvp.seed", System.nanoTime());
        System.out.println("kvp.seed=" + seed);
        var random = new Random(seed);
        // Given
        var words = new long[POSITIONS];
        var models = new ArrayList<TreeMap<Integer, Integer>>();
        for (int i = 0; i < POSITIONS; i++) {
            words[i] = HolderSets.NOBODY;
            models.add(new TreeMap<>());
        }

        for (int step = 0; step < STEPS; step++) {
            // When
            int at = random.nextInt(POSITIONS);
            int id = random.nextInt(HOLDERS);
            if (random.nextInt(3) > 0) {
                int holding = Holding.of(id, 0, 1 << random.nextInt(2));
                words[at] = replaced(words[at], sets.with(words[at], holding));
                models.get(at).put(id, holding);
            } else if (models.get(at).remove(id) != null) {
                words[at] = replaced(words[at], sets.without(words[at], id));
            }

            // Then
            int other = random.nextInt(POSITIONS);
            assertThat(sets.holdings(words[at]))
                    .as("seed %d", seed)
                    .containsExactly(models.get(at).values().toArray(Integer[]::new));
            assertThat(words[at] == words[other])
                    .as("seed %d", seed)
                    .isEqualTo(models.get(at).equals(models.get(other)));
        }
        for (long word : words) {
            sets.release(word);
        }
        assertThat(tally.bytes()).as("seed %d", seed).isZero();
    }

    @Test
    void aWordOfASetThatIsGoneFindsNothingEvenWhenItsNumberServesAgain() {
        // Given
        long gone = setOf(1, 2, 3);
        assertThat(sets.list(gone)).hasSize(3);

        // When
        sets.release(gone);
        var before = sets.list(gone);
        long next = setOf(4, 5, 6);

        // Then
        assertThat((int) next).as("the same number").isEqualTo((int) gone);
        assertThat(before).isNull();
        assertThat(sets.list(gone)).isNull();
        assertThat(sets.list(next)).hasSize(3);
    }

    @Test
    void aSetIsThereForAsLongAsAnyPositionHasIt() {
        // Given
        long one = setOf(1, 2, 3);
        long other = setOf(3, 1, 2);
        assertThat(other).isEqualTo(one);

        // When
        sets.release(one);

        // Then
        assertThat(sets.list(other))
                .isEqualTo(List.of(1, 2, 3).stream()
                        .mapToInt(id -> Holding.of(id, 0, 1))
                        .toArray());
    }

    private long setOf(int... ids) {
        long word = HolderSets.NOBODY;
        for (int id : ids) {
            word = replaced(word, sets.with(word, Holding.of(id, 0, 1)));
        }
        return word;
    }

    private long replaced(long before, long after) {
        sets.release(before);
        return after;
    }
}
