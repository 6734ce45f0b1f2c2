package dev.kvcachepool.router.prefill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Rates learned from first bytes. */
class LearnedRatesTest {
    private static final int SAMPLES = 1_000;

    private final LearnedRates learned = new LearnedRates();

    @Test
    void goesByThePriorUntilThereAreSamples() {
        // Given
        assertThat(tokensPerSecond(8000)).isEqualTo(8000);

        // When it takes 20 s for 2000 tokens
        observe(2000, 20_000);

        // Then the prior weighs as one second would
        assertThat(tokensPerSecond(8000)).isBetween(470.0, 480.0);
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
        assertThat(tokensPerSecond(1000)).isBetween(950.0, 1060.0);
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
        assertThat(tokensPerSecond(1000)).isBetween(750.0, 1000.0);
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
        assertThat(tokensPerSecond(125)).isBetween(120.0, 135.0);
    }

    @Test
    void clocksThatStandStillSayNothing() {
        // When
        observe(1000, 0);
        observe(1000, -5);

        // Then
        assertThat(tokensPerSecond(77)).isEqualTo(77);
    }

    @Test
    void computingAndReadingAreToldApartByWhatPromptsAreMadeOf() {
        // Given an engine whose rates are not those of the flags
        var seed = System.nanoTime();
        System.out.println("LearnedRatesTest seed " + seed);
        var random = new Random(seed);
        var truth = new PrefillRates(4_000, 1e9, 2e8);
        var pool = new PoolRates(new PrefillRates(8_000, 8e9, 5e8));

        // When prompts of all mixtures came, each with up to a fifth more or less than its time
        for (int i = 0; i < SAMPLES; i++) {
            var held = random.nextDouble() * 2e9;
            var onDisk = random.nextInt(3) == 0 ? random.nextDouble() : 0;
            var work = new PrefillWork(1 + random.nextInt(8_000), held * (1 - onDisk), held * onDisk);
            pool.learn(learned, work, (long) (truth.nanos(work) * (.8 + .4 * random.nextDouble())));
        }

        // Then
        var rates = learned.rates(pool.rates());
        assertThat(rates.tokensPerSecond()).isCloseTo(4_000, withinPercentage(25));
        assertThat(rates.memoryBytesPerSecond()).isCloseTo(1e9, withinPercentage(25));
        assertThat(rates.diskBytesPerSecond()).isCloseTo(2e8, withinPercentage(25));
    }

    @Test
    void whatWasNotReadIsNotLearned() {
        // Given
        var flags = new PrefillRates(1_000, 8e9, 5e8);

        // When
        for (int i = 0; i < SAMPLES; i++) {
            learned.observe(PrefillWork.computing(1_000), TimeUnit.SECONDS.toNanos(4), flags);
        }

        // Then
        var rates = learned.rates(flags);
        assertThat(rates.tokensPerSecond()).isCloseTo(250, withinPercentage(10));
        assertThat(rates.memoryBytesPerSecond()).isEqualTo(8e9);
        assertThat(rates.diskBytesPerSecond()).isEqualTo(5e8);
    }

    @Test
    void readingThatTakesNoTimeNeverDoes() {
        // When
        learned.observe(new PrefillWork(1_000, 1e9, 1e9), TimeUnit.SECONDS.toNanos(4), PrefillRates.computing(1_000));

        // Then
        var rates = learned.rates(PrefillRates.computing(1_000));
        assertThat(rates.memoryBytesPerSecond()).isInfinite();
        assertThat(rates.readNanos(new PrefillWork(0, 1e9, 1e9))).isZero();
    }

    private double tokensPerSecond(double prior) {
        return learned.rates(PrefillRates.computing(prior)).tokensPerSecond();
    }

    private void observe(long tokens, long millis) {
        learned.observe(
                PrefillWork.computing(tokens), TimeUnit.MILLISECONDS.toNanos(millis), PrefillRates.computing(1000));
    }
}
