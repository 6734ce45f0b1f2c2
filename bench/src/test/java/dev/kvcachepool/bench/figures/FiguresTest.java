package dev.kvcachepool.bench.figures;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FiguresTest {

    @Test
    void theMedianIsTheMiddleOrTheMeanOfTheTwoThere() {
        assertThat(Median.of(List.of(9.0, 1.0, 2.0))).isEqualTo(2);
        assertThat(Median.of(List.of(4.0, 1.0, 2.0, 9.0))).isEqualTo(3);
        assertThat(Median.of(List.of())).isNaN();
    }

    @Test
    void aRatioComparesRoundByRound() {
        // Given a second round in which the machine was slow for both
        var ours = List.of(4.0, 1.0, 4.0);
        var theirs = List.of(2.0, 0.5, 2.0, 7.0);
        // Then the disturbed round doesn't matter, nor one that only one side has
        assertThat(Ratio.of(ours, theirs)).isEqualTo(2);
        assertThat(Ratio.of(List.of(), theirs)).isNaN();
    }
}
