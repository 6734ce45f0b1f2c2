package dev.kvcachepool.router.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PrefillRateTest {
    private final PrefillRate rate = new PrefillRate();

    @Test
    void takesTheFirstSampleAsItIs() {
        // When
        observe(1000, 500);

        // Then
        assertThat(rate.tokensPerSecond()).isBetween(1999.0, 2001.0);
    }

    @Test
    void oneStallHardlyMovesIt() {
        // Given
        for (int i = 0; i < 20; i++) {
            observe(1000, 1000);
        }

        // When one takes a hundred times as long
        observe(1000, 100_000);

        // Then
        assertThat(rate.tokensPerSecond()).isGreaterThan(800);
    }

    @Test
    void followsALastingChange() {
        // Given
        for (int i = 0; i < 20; i++) {
            observe(1000, 1000);
        }

        // When
        for (int i = 0; i < 40; i++) {
            observe(1000, 8000);
        }

        // Then
        assertThat(rate.tokensPerSecond()).isBetween(120.0, 135.0);
    }

    @Test
    void shortPromptsAndClocksThatStandStillSayNothing() {
        // When
        observe(PrefillRate.MIN_TOKENS - 1, 1000);
        observe(1000, 0);
        observe(1000, -5);

        // Then
        assertThat(rate.known()).isFalse();
    }

    private void observe(long tokens, long millis) {
        rate.observe(tokens, TimeUnit.MILLISECONDS.toNanos(millis));
    }
}
