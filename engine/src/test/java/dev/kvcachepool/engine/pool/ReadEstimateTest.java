package dev.kvcachepool.engine.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReadEstimateTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final int CHUNK = 1_000_000;

    private final ReadEstimate estimate = new ReadEstimate();

    @Test
    void aPoolThatWasNeverReadIsTakenForFast() {
        assertThat(estimate.seconds(2L * CHUNK, 0)).isCloseTo(.002, within(1e-9));
    }

    @Test
    void oneSlowReadSaysNothingAboutTheOthers() {
        // Given
        estimate.learn(CHUNK, SECOND, 0);
        estimate.learn(CHUNK, SECOND / 100, 1);

        // When
        estimate.learn(CHUNK, SECOND / 100, 2);

        // Then
        assertThat(estimate.seconds(CHUNK, 3)).isCloseTo(.01, within(1e-9));
    }

    @Test
    void aPoolThatStaysSlowIsKnownAndAfterAWhileTriedAgain() {
        // Given
        for (int i = 0; i < 20; i++) {
            estimate.learn(CHUNK, SECOND / 100, i);
        }

        // When
        for (int i = 20; i < 26; i++) {
            estimate.learn(CHUNK, SECOND, i);
        }

        // Then
        assertThat(estimate.seconds(CHUNK, 26)).isCloseTo(1, within(1e-9));
        assertThat(estimate.seconds(CHUNK, 32 * SECOND)).isCloseTo(.001, within(1e-9));
    }
}
