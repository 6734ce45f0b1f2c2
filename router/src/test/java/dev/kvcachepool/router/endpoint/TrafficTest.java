package dev.kvcachepool.router.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TrafficTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Traffic traffic = new Traffic();

    @Test
    void aSteadyStreamShowsItsRateAfterAWhile() {
        // Given four requests a second, each of half a second's work, for four endpoints
        long now = 0;
        for (; now < 300 * SECOND; now += SECOND / 4) {
            traffic.add(SECOND / 2, now);
        }

        // When
        var rates = traffic.of(4, now);

        // Then
        assertThat(rates.perSecond()).isEqualTo(1, within(.02));
        assertThat(rates.busy()).isEqualTo(.5, within(.01));
    }

    @Test
    void fewRequestsOfTheFirstMomentsAreNoHighRate() {
        // Given
        traffic.add(SECOND, 0);

        // When
        var rates = traffic.of(1, SECOND / 1000);

        // Then
        assertThat(rates.perSecond()).isEqualTo(1 / Traffic.LEAST_SECONDS, within(.001));
    }

    @Test
    void whatWasIsForgotten() {
        // Given
        traffic.add(SECOND, 0);

        // When
        var rates = traffic.of(1, 400 * SECOND);

        // Then
        assertThat(rates.perSecond()).isLessThan(1e-4);
    }
}
