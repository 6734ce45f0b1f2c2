package dev.kvcachepool.router.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ArrivalsTest {
    private static final double SECOND = 1e9;

    @Test
    void workDelaysThoseWhoComeByWhatItAddsToTheSquareOfTheBacklog() {
        // Given two requests a second, and half of the time free
        var arrivals = new Arrivals(2, .5);

        // When a second of work joins three, and none
        var busy = arrivals.delayNanos(3 * SECOND, SECOND);
        var idle = arrivals.delayNanos(0, SECOND);

        // Then (16 - 9) * 2 / (2 * .5), and 1 * 2 / (2 * .5)
        assertThat(busy).isEqualTo(14 * SECOND, within(1.0));
        assertThat(idle).isEqualTo(2 * SECOND, within(1.0));
    }

    @Test
    void anOverloadedPoolDoesNotCostEndlessly() {
        assertThat(new Arrivals(1, 7).busy()).isEqualTo(.9);
        assertThat(Arrivals.NONE.delayNanos(SECOND, SECOND)).isZero();
    }
}
