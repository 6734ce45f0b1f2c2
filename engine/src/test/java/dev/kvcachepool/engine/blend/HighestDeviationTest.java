package dev.kvcachepool.engine.blend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.BitSet;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HighestDeviationTest {

    private static BitSet positions(int from, int to) {
        var set = new BitSet();
        set.set(from, to);
        return set;
    }

    private static float[] deviations(int... values) {
        var deviations = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            deviations[i] = values[i];
        }
        return deviations;
    }

    private static BitSet of(int... positions) {
        var set = new BitSet();
        IntStream.of(positions).forEach(set::set);
        return set;
    }

    @Test
    void thoseThatDeviateMostAreChosenMoreThanTheShareAtFirst() {
        // Given positions 2 to 9; the first two are not reused, whatever they deviate by
        var deviations = deviations(9, 9, 0, 7, 1, 0, 6, 2, 0, 5);

        // When
        var chosen = new HighestDeviation(.5).choose(positions(2, 10), deviations, 15);

        // Then 1.2 times the half of eight
        assertThat(chosen).isEqualTo(of(3, 4, 6, 7, 9));
    }

    @Test
    void ofEqualOnesTheFirstAreChosen() {
        assertThat(new HighestDeviation(.5).choose(positions(0, 4), new float[4], 15))
                .isEqualTo(of(0, 1));
    }

    @Test
    void itNarrowsFromLayerToLayerAndTheMeanIsTheShare() {
        // Given
        var random = new Random(5);
        var reused = positions(0, 1000);
        for (double share : new double[] {.05, .15, .5, .8, 1}) {
            var selection = new HighestDeviation(share);
            int last = 15;
            long sum = 0;

            // When
            var chosen = selection.choose(reused, randoms(random), last);
            for (int layer = 1; layer <= last; layer++) {
                sum += chosen.cardinality();
                if (layer < last) {
                    var narrowed = selection.narrow(chosen, randoms(random), layer, last);
                    var outside = (BitSet) narrowed.clone();
                    outside.andNot(chosen);
                    assertThat(outside).as("chosen anew in layer %d", layer + 1).isEqualTo(new BitSet());
                    chosen = narrowed;
                }
            }

            // Then
            assertThat((double) sum / last).as("share %s", share).isCloseTo(1000 * share, within(5.0));
        }
    }

    private static float[] randoms(Random random) {
        var deviations = new float[1000];
        for (int i = 0; i < deviations.length; i++) {
            deviations[i] = random.nextFloat();
        }
        return deviations;
    }

    @Test
    void narrowingLooksAtTheLayersOwnDeviations() {
        // Given six, 1.2 times the share; .8 times it go on to the last layer
        var chosen = of(1, 2, 3, 4, 5, 6);

        // When
        var narrowed = new HighestDeviation(.5).narrow(chosen, deviations(9, 0, 5, 0, 5, 1, 2), 1, 2);

        // Then
        assertThat(narrowed).isEqualTo(of(2, 4, 5, 6));
    }

    @Test
    void allAndNothingAreSharesToo() {
        var reused = positions(3, 10);
        assertThat(new HighestDeviation(0).choose(reused, new float[10], 15)).isEqualTo(new BitSet());
        assertThat(new HighestDeviation(1).choose(reused, new float[10], 15)).isEqualTo(reused);
        assertThatThrownBy(() -> new HighestDeviation(1.1)).hasMessage("share is 1.1, allowed is 0 to 1");
    }
}
