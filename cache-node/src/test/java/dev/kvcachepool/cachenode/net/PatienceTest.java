package dev.kvcachepool.cachenode.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.cachenode.net.Patience.Verdict;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PatienceTest {
    private static final long SECOND = 1_000_000_000;

    private final Patience patience = new Patience(Duration.ofSeconds(60));
    private long now = 5;

    @Test
    void whoMovesNothingForAllOfTheGraceStalls() {
        // Given
        patience.waits(now);
        // When
        now += 60 * SECOND;
        // Then
        assertThat(patience.verdict(now)).isEqualTo(Verdict.FINE);
        assertThat(patience.verdict(now + 1)).isEqualTo(Verdict.STALLED);
    }

    @Test
    void aByteNowAndThenIsTooSlow() {
        // When
        for (int i = 0; i < 6; i++) {
            move(10 * SECOND, 1);
        }
        // Then
        patience.waits(now);
        assertThat(patience.verdict(now + SECOND)).isEqualTo(Verdict.SLOW);
    }

    @Test
    void theLeastPaceIsEnoughForEver() {
        for (int i = 0; i < 10_000; i++) {
            move(20 * SECOND, 20 * Patience.LEAST_BYTES_PER_SECOND);
            patience.waits(now);
            assertThat(patience.verdict(now + 20 * SECOND)).isEqualTo(Verdict.FINE);
        }
    }

    @Test
    void aFastBeginningDoesNotPayForALongSilence() {
        // Given
        move(SECOND, 1 << 30);
        // When
        patience.waits(now);
        // Then
        assertThat(patience.verdict(now + 60 * SECOND + 1)).isEqualTo(Verdict.STALLED);
    }

    @Test
    void everyRequestHasItsOwnGrace() {
        // Given
        move(59 * SECOND, 1);
        // When
        patience.renew();
        patience.waits(now);
        // Then
        assertThat(patience.verdict(now + 59 * SECOND)).isEqualTo(Verdict.FINE);
    }

    @Test
    void whoIsNotWaitedForIsFine() {
        assertThat(patience.verdict(now + 1000 * SECOND)).isEqualTo(Verdict.FINE);
        move(SECOND, 1);
        assertThat(patience.verdict(now + 1000 * SECOND)).isEqualTo(Verdict.FINE);
    }

    private void move(long nanos, long bytes) {
        patience.waits(now);
        now += nanos;
        patience.moved(now, bytes);
    }
}
