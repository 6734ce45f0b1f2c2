package dev.kvcachepool.engine.blend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import org.junit.jupiter.api.Test;

class HighestDeviationTest {

    private static BitSet positions(int from, int to) {
        var set = new BitSet();
        set.set(from, to);
        return set;
    }

    @Test
    void theGroupsThatDeviateMostAreChosen() {
        // Given positions 10 to 29, of which 14 to 17 and 26 to 29 deviate
        var deviations = new float[30];
        deviations[15] = 8;
        deviations[28] = 4;
        deviations[20] = 1;

        // When
        var chosen = new HighestDeviation(.4, 4).choose(positions(10, 30), deviations);

        // Then
        var expected = positions(14, 18);
        expected.or(positions(26, 30));
        assertThat(chosen).isEqualTo(expected);
    }

    @Test
    void groupsDoNotReachOverWhatIsNotReused() {
        // Given
        var reused = positions(0, 3);
        reused.or(positions(5, 8));
        var deviations = new float[] {0, 0, 0, 9, 9, 1, 1, 1};

        // When
        var chosen = new HighestDeviation(.5, 4).choose(reused, deviations);

        // Then
        assertThat(chosen).isEqualTo(positions(5, 8));
    }

    @Test
    void allAndNothingAreSharesToo() {
        var reused = positions(3, 10);
        assertThat(new HighestDeviation(0, 4).choose(reused, new float[10])).isEqualTo(new BitSet());
        assertThat(new HighestDeviation(1, 4).choose(reused, new float[10])).isEqualTo(reused);
        assertThatThrownBy(() -> new HighestDeviation(1.1, 4)).hasMessage("share is 1.1, allowed is 0 to 1");
    }
}
