package dev.kvcachepool.router.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.router.prefill.PrefillWork;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PolicyTest {

    @Test
    void advertsTakesTheLeastTtftThoughAnotherHoldsMore() {
        // Given one that holds all behind a queue of 3 s, one that holds nothing and would compute for 2 s
        var estimates = List.of(estimate(0, 3000, 0, 20, 1), estimate(1, 0, 2000, 0, 0));

        // When
        var ranked = Policy.ADVERTS.rank(estimates, 0);

        // Then
        assertThat(positions(ranked)).containsExactly(1, 0);
        assertThat(ranked.getFirst().score()).isGreaterThan(ranked.getLast().score());
    }

    @Test
    void advertsTakesTheHolderWhenQueuesAreEqual() {
        // Given
        var estimates = List.of(estimate(0, 100, 2000, 0, 0), estimate(1, 100, 200, 18, 5));

        // When
        var ranked = Policy.ADVERTS.rank(estimates, 0);

        // Then
        assertThat(positions(ranked)).containsExactly(1, 0);
    }

    @Test
    void whatIsHeldBackComesLastUnderAnyPolicy() {
        // Given two new ones, of which one is the quickest of all
        var estimates =
                List.of(estimate(0, 0, 10, 0, 0, true), estimate(1, 9000, 10, 0, 3), estimate(2, 5, 10, 0, 0, true));

        for (var policy : Policy.values()) {
            // When
            var ranked = policy.rank(estimates, 0);

            // Then
            assertThat(positions(ranked)).containsExactly(1, 0, 2);
            assertThat(ranked).isSortedAccordingTo((one, other) -> Double.compare(other.score(), one.score()));
        }
    }

    @Test
    void leastLoadedLooksAtQueuesOnly() {
        // Given
        var estimates = List.of(estimate(0, 100, 10, 9, 0), estimate(1, 50, 5000, 0, 7));

        // When
        var ranked = Policy.LEAST_LOADED.rank(estimates, 0);

        // Then
        assertThat(positions(ranked)).containsExactly(1, 0);
    }

    @Test
    void tiesGoToFewestOutstandingThenInRotation() {
        // Given
        var estimates = List.of(estimate(0, 0, 10, 0, 1), estimate(1, 0, 10, 0, 0), estimate(2, 0, 10, 0, 0));

        // When
        var firsts = List.of(first(estimates, 0), first(estimates, 1), first(estimates, 2), first(estimates, 3));

        // Then the first never wins, the others take turns
        assertThat(firsts).containsExactly(1, 1, 2, 1);
    }

    @Test
    void roundRobinTakesEachInTurn() {
        // Given
        var estimates = List.of(estimate(0, 9000, 1, 0, 9), estimate(1, 0, 1, 0, 0), estimate(2, 0, 1, 0, 0));

        // When
        var ranked = Policy.ROUND_ROBIN.rank(estimates, 4);

        // Then
        assertThat(positions(ranked)).containsExactly(1, 2, 0);
    }

    @Test
    void noEndpointsGiveNoRanks() {
        assertThat(Policy.ADVERTS.rank(List.of(), 7)).isEmpty();
    }

    private static int first(List<Estimate> estimates, long turn) {
        return positions(Policy.ADVERTS.rank(estimates, turn)).getFirst();
    }

    private static List<Integer> positions(List<Policy.Scored> ranked) {
        return ranked.stream().map(scored -> scored.estimate().position()).toList();
    }

    private static Estimate estimate(int position, long queueMillis, long prefillMillis, int held, int outstanding) {
        return estimate(position, queueMillis, prefillMillis, held, outstanding, false);
    }

    private static Estimate estimate(
            int position, long queueMillis, long prefillMillis, int held, int outstanding, boolean heldBack) {
        return new Estimate(
                position,
                TimeUnit.MILLISECONDS.toNanos(queueMillis),
                PrefillWork.computing(1),
                TimeUnit.MILLISECONDS.toNanos(prefillMillis),
                0,
                0,
                held,
                outstanding,
                0,
                heldBack,
                false);
    }
}
