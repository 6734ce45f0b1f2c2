package dev.kvcachepool.router.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PrefillRateTest {
    private final PrefillRate rate = new PrefillRate();

    @Test
    void goesByThePriorUntilThereAreSamples() {
        // Given
        assertThat(rate.tokensPerSecond(8000)).isEqualTo(8000);

        // When it takes 20 s for 2000 tokens
        observe(2000, 20_000);

        // Then the prior weighs as one second would
        assertThat(rate.tokensPerSecond(8000)).isBetween(470.0, 480.0);
    }

    @Test
    void manyWrongGuessesForShortPromptsHardlyMoveIt() {
        // Given
        for (int i = 0; i < 30; i++) {
            observe(4000, 4000);

            // When most of what was thought missing was there
            observe(200, 10);
        }

        // Then
        assertThat(rate.tokensPerSecond(1000)).isBetween(950.0, 1060.0);
    }

    @Test
    void oneStallMovesItByLessThanAQuarter() {
        // Given
        for (int i = 0; i < 40; i++) {
            observe(1000, 1000);
        }

        // When one takes a hundred times as long
        observe(1000, 100_000);

        // Then
        assertThat(rate.tokensPerSecond(1000)).isBetween(750.0, 1000.0);
    }

    @Test
    void followsALastingChange() {
        // Given
        for (int i = 0; i < 40; i++) {
            observe(1000, 1000);
        }

        // When
        for (int i = 0; i < 80; i++) {
            observe(1000, 8000);
        }

        // Then
        assertThat(rate.tokensPerSecond(125)).isBetween(120.0, 135.0);
    }

    @Test
    void clocksThatStandStillSayNothing() {
        // When
        observe(1000, 0);
        observe(1000, -5);

        // Then
        assertThat(rate.tokensPerSecond(77)).isEqualTo(77);
    }

    private void observe(long tokens, long millis) {
        rate.observe(tokens, TimeUnit.MILLISECONDS.toNanos(millis), 1000);
    }
}
