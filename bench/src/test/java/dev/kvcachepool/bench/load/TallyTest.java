package dev.kvcachepool.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class TallyTest {

    @Test
    void aSumHoldsAllConnections() {
        // Given
        var one = new Tally();
        var other = new Tally();
        for (int i = 1; i <= 99; i++) {
            one.moved(10, 1_000_000, 0);
        }
        other.moved(10, 50_000_000, 3);
        other.missed();
        other.refused(1_000_000);
        // When
        var sum = Tally.sum(List.of(one, other));
        // Then
        assertThat(sum.bytes()).isEqualTo(1000);
        assertThat(sum.wrongBytes()).isEqualTo(3);
        assertThat(sum.missing()).isEqualTo(1);
        assertThat(sum.refused()).isEqualTo(1);
        assertThat(sum.count()).isEqualTo(101);
        assertThat(sum.millis(50)).isCloseTo(1, within(.01));
        assertThat(sum.millis(99)).isCloseTo(1, within(.01));
        assertThat(sum.maxMillis()).isCloseTo(50, within(.1));
    }
}
