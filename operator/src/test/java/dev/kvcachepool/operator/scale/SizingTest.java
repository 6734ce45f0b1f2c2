package dev.kvcachepool.operator.scale;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.crds.Autoscaling;
import dev.kvcachepool.crds.Eviction;
import dev.kvcachepool.operator.scale.Look.Figures;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SizingTest {
    private static final Eviction DEFAULTS = new Eviction(null, null, null, null, null);

    private static Sizing sizing(int min, int target, @Nullable Integer hits) {
        return Sizing.of(new Autoscaling(min, 10, target, hits), DEFAULTS);
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            # nodes, percent used, target, target of hits, hits; what it speaks for, and why for no more or fewer
            1,  0, 80,  -,  -,  1, AsNeeded
            4, 80, 80,  -,  -,  4, AsNeeded
            4, 81, 80,  -,  -,  5, AsNeeded
            4, 99, 80,  -,  -,  5, AsNeeded
            8, 99, 80,  -,  -, 10, AsNeeded
            2, 99, 20,  -,  -,  4, AsNeeded
            2, 99, 33,  -,  -,  4, AsNeeded
            5, 60, 50,  -,  -,  6, AsNeeded
            4, 99, 80, 60, 60,  4, HitsSuffice
            4, 99, 80, 60, 99,  4, HitsSuffice
            4, 99, 80, 60, 59,  5, AsNeeded
            4, 99, 80, 60,  -,  4, HitsUnknown
            4, 54, 80,  -,  -,  3, AsNeeded
            4, 55, 80,  -,  -,  4, AsNeeded
            4,  0, 80,  -,  -,  3, AsNeeded
            2,  0, 80,  -,  -,  2, AsNeeded
            4, 10, 80, 60, 59,  4, HitsLacking
            4, 10, 80, 60, 60,  3, AsNeeded
            4, 10, 80, 60,  -,  3, AsNeeded
            4, 70, 80, 60, 10,  4, AsNeeded
            """)
    void whatOneLookSpeaksFor(
            int nodes, int used, int target, Integer targetHits, Integer hits, int expected, ScaleReason reason) {
        // When
        var opinion = sizing(nodes == 1 ? 1 : 2, target, targetHits).of(nodes, new Figures(used, 100, hits));
        // Then
        assertThat(opinion.nodes()).isEqualTo(expected);
        assertThat(opinion.reason()).isEqualTo(reason);
        assertThat(opinion.rule()).doesNotContain("null");
        assertThat(opinion.figures()).doesNotContain("null").contains(used + " %");
    }

    @ParameterizedTest
    @CsvSource({"2, 124, 41, 3", "3, 190, 55, 4", "4, 253, 63, 4", "4, 150, 63, 4", "4, 138, 63, 3"})
    void theExampleOfTheManualIsRight(int nodes, int heldGib, int hits, int expected) {
        // When
        var opinion = sizing(2, 80, 60).of(nodes, new Figures(heldGib, 64L * nodes, hits));
        // Then
        assertThat(opinion.nodes()).isEqualTo(expected);
    }

    @Test
    void aPoolThatEvictsBelowItsTargetIsFullFromThereOn() {
        // Given
        var eviction = new Eviction(null, 70, 60, null, null);
        // When
        var opinion = Sizing.of(new Autoscaling(1, 10, 80, null), eviction).of(2, new Figures(65, 100, null));
        // Then
        assertThat(opinion.nodes()).isEqualTo(3);
        assertThat(opinion.rule()).contains("60 % of spec.eviction.lowWatermark");
    }

    @Test
    void theLargestPoolsBytesAreCountedRight() {
        // Given 512 cache-nodes of 100 TiB
        long capacity = 512L * 100 * (1L << 40);
        // When
        var opinion = sizing(1, 80, null).of(256, new Figures(capacity - 1, capacity, null));
        // Then
        assertThat(opinion.nodes()).isEqualTo(320);
    }

    @Test
    void whatIsSaidOfAStepHasItsFigures() {
        // When
        var opinion = sizing(1, 80, 60).of(2, new Figures(97, 100, 41));
        // Then
        assertThat(opinion.figures())
                .isEqualTo(
                        "what is held fills 97 % of them, with a target of 80 %, and prompts find 41 %, with a target"
                                + " of 60 %");
        assertThat(opinion.rule())
                .isEqualTo(
                        "fuller than the 80 % of spec.autoscaling.targetOccupancy, and prompts find less than the 60 %"
                                + " of spec.autoscaling.targetHitRatio");
    }
}
