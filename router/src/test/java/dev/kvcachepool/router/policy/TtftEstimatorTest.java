package dev.kvcachepool.router.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.prefixadvert.index.PrefixMatch;
import dev.kvcachepool.prefixadvert.wire.Tier;
import dev.kvcachepool.router.prefill.PrefillRates;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TtftEstimatorTest {
    private static final PromptSize TEN_BLOCKS = new PromptSize(1050, 10, 100);

    private final TtftEstimator estimator = new TtftEstimator();

    @Test
    void addsQueueMissingPrefillAndReadByTier() {
        // Given 4 blocks on host and 2 on disk, of 1 MB each, at 1000 tokens a second
        var match = match(0, 4, 2);

        // When
        var estimate = estimator.estimate(TEN_BLOCKS, candidate(match, 0, 1e6, false));

        // Then 450 tokens are missing, 4 ms come from host and 20 ms from disk
        assertThat(estimate.missingTokens()).isEqualTo(450);
        assertThat(estimate.prefillNanos()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(450));
        assertThat(estimate.readNanos()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(24));
        assertThat(estimate.ttftNanos()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(70 + 450 + 24));
    }

    @Test
    void readsNothingForBlocksInTheEngine() {
        // Given
        var match = match(6, 0, 0);

        // When
        var estimate = estimator.estimate(TEN_BLOCKS, candidate(match, 0, 1e6, false));

        // Then
        assertThat(estimate.readNanos()).isZero();
        assertThat(estimate.heldBlocks()).isEqualTo(6);
    }

    @Test
    void countsBlocksOnTheirWayAsHeldInHostMemory() {
        // Given 2 blocks held, 5 on their way
        var match = match(0, 2, 0);

        // When
        var estimate = estimator.estimate(TEN_BLOCKS, candidate(match, 5, 1e6, false));

        // Then
        assertThat(estimate.heldBlocks()).isEqualTo(5);
        assertThat(estimate.readNanos()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(5));
    }

    @Test
    void trustsHalfOfWhatAQuietNodeAdvertised() {
        // Given
        var match = match(0, 6, 0);

        // When
        var estimate = estimator.estimate(TEN_BLOCKS, candidate(match, 0, 1e6, true));

        // Then
        assertThat(estimate.heldBlocks()).isEqualTo(3);
        assertThat(estimate.readNanos()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(3));
        assertThat(estimate.quiet()).isTrue();
    }

    @Test
    void alwaysComputesOneToken() {
        // Given a prompt of full blocks only, all of them held
        var prompt = new PromptSize(1000, 10, 100);

        // When
        var estimate = estimator.estimate(prompt, candidate(match(10, 0, 0), 12, 0, false));

        // Then
        assertThat(estimate.missingTokens()).isEqualTo(1);
        assertThat(estimate.heldBlocks()).isEqualTo(10);
    }

    private static PrefixMatch match(int engine, int host, int disk) {
        var byTier = new int[Tier.COUNT];
        byTier[Tier.ENGINE_GPU.index()] = engine;
        byTier[Tier.HOST.index()] = host;
        byTier[Tier.DISK.index()] = disk;
        return new PrefixMatch(engine + host + disk, byTier);
    }

    private static Candidate candidate(PrefixMatch match, int expected, double blockBytes, boolean quiet) {
        return new Candidate(
                0,
                TimeUnit.MILLISECONDS.toNanos(70),
                1,
                0,
                new PrefillRates(1000, 1e9, 1e8),
                match,
                expected,
                blockBytes,
                quiet ? 1 : 0,
                false);
    }
}
