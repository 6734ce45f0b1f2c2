package dev.kvcachepool.e2e.runtime.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ProbeBuilder;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ProbeStateTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void it_is_due_after_the_delay_and_then_every_period() {
        var state = new ProbeState(
                new ProbeBuilder()
                        .withInitialDelaySeconds(5)
                        .withPeriodSeconds(2)
                        .build(),
                START);

        assertThat(state.isDue(START.plusSeconds(4))).isFalse();
        assertThat(state.isDue(START.plusSeconds(5))).isTrue();
        state.observe(true, START.plusSeconds(5));
        assertThat(state.due()).isEqualTo(START.plusSeconds(7));
    }

    @Test
    void as_many_results_in_a_row_as_the_threshold_decide() {
        var state = new ProbeState(
                new ProbeBuilder()
                        .withSuccessThreshold(2)
                        .withFailureThreshold(2)
                        .build(),
                START);

        assertThat(state.observe(true, START)).isFalse();
        assertThat(state.observe(true, START)).isTrue();
        assertThat(state.succeeded()).isTrue();
        assertThat(state.observe(false, START)).isFalse();
        assertThat(state.observe(true, START)).isFalse();
        assertThat(state.observe(false, START)).isFalse();
        assertThat(state.succeeded()).isTrue();
        assertThat(state.observe(false, START)).isTrue();
        assertThat(state.failed()).isTrue();
    }

    @Test
    void nothing_is_decided_before_the_first_result() {
        var state = new ProbeState(new ProbeBuilder().build(), START);

        assertThat(state.succeeded() || state.failed()).isFalse();
    }

    @Test
    void restarts_wait_longer_each_time_and_start_over_after_a_long_run() {
        var delay = new RestartDelay(Duration.ofSeconds(10));

        assertThat(delay.after(START, START)).isZero();
        assertThat(delay.after(START, START)).hasSeconds(10);
        assertThat(delay.after(START, START)).hasSeconds(20);
        for (var i = 0; i < 10; i++) {
            delay.after(START, START);
        }
        assertThat(delay.after(START, START)).hasSeconds(300);
        assertThat(delay.after(START, START.plusSeconds(601))).isZero();
    }
}
