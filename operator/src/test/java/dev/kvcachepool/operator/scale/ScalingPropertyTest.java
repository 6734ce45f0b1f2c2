package dev.kvcachepool.operator.scale;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.crds.Autoscaling;
import dev.kvcachepool.crds.Eviction;
import dev.kvcachepool.operator.scale.Decision.Rules;
import dev.kvcachepool.operator.scale.Look.Figures;
import dev.kvcachepool.operator.scale.Look.Held;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Pools by the hundred, with a clock that runs as fast as they are looked at. Each prints its seed when it fails. */
class ScalingPropertyTest {
    private static final int MOST = 12;
    private static final Instant START = Instant.parse("2026-11-24T12:00:00Z");

    /** {@code -Dscaling.seed=…} runs one of them again. */
    static LongStream seeds() {
        var one = Long.getLong("scaling.seed");
        return one == null ? new Random().longs(200) : LongStream.of(one);
    }

    /** A change of the number of cache-nodes, and the hits at that time. */
    private record Step(
            Instant at, int from, int to, @Nullable Integer hits) {}

    /** A pool whose prompts want {@code wanted} bytes kept, on nodes of 1000 bytes. */
    private static final class Pool {
        private final Random random;
        private final Rules rules;
        private final List<Step> steps = new ArrayList<>();
        private Past past = Past.NONE;
        private Instant now = START;
        private Instant servesFrom = START;
        private int nodes;
        private double wanted;
        private double used;

        Pool(Random random, Autoscaling autoscaling) {
            this.random = random;
            this.rules = new Rules(
                    Sizing.of(autoscaling, new Eviction(null, null, null, null, null)),
                    autoscaling.max(),
                    ScaleTimes.DEFAULTS);
            this.nodes = random.nextInt(autoscaling.min(), autoscaling.max() + 1);
        }

        /** Two minutes are enough to fill what there is, or to forget what is wanted no more. */
        private void pass(Duration time) {
            now = now.plus(time);
            double goal = Math.min(wanted, 0.99 * 1000 * nodes);
            used += (goal - used) * Math.min(1, time.toSeconds() / 120.0);
        }

        private Look look(boolean faults) {
            if (now.isBefore(servesFrom)) {
                return new Held(ScaleReason.NodesNotServing, "some start");
            }
            return faults && random.nextInt(20) == 0
                    ? new Held(ScaleReason.FiguresMissing, "no router answers")
                    : new Figures((long) used, 1000L * nodes, hits());
        }

        private @Nullable Integer hits() {
            return wanted == 0 ? null : (int) (100 * Math.min(1, used / wanted));
        }

        void run(Duration time, boolean faults) {
            for (var end = now.plus(time); now.isBefore(end); pass(Duration.ofSeconds(random.nextInt(5, 15)))) {
                var decision = Decision.of(rules, nodes, look(faults), past, now);
                past = decision.past();
                if (decision.nodes() != nodes) {
                    steps.add(new Step(now, nodes, decision.nodes(), hits()));
                    nodes = decision.nodes();
                    servesFrom = now.plusSeconds(random.nextInt(5, 200));
                }
            }
        }
    }

    private static Autoscaling any(Random random, boolean hits) {
        int min = random.nextInt(1, MOST);
        return new Autoscaling(
                min,
                random.nextInt(min, MOST + 1),
                random.nextInt(20, 96),
                hits ? Integer.valueOf(random.nextInt(10, 100)) : null);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whateverHappensTheNumberStaysWithinItsBoundsAndNeverFlaps(long seed) {
        // Given
        var random = new Random(seed);
        var autoscaling = any(random, random.nextBoolean());
        var pool = new Pool(random, autoscaling);
        // When
        for (int turn = 0; turn < 60; turn++) {
            pool.wanted = random.nextInt(5) == 0 ? 0 : random.nextDouble(1500.0 * MOST);
            pool.run(Duration.ofMinutes(random.nextInt(1, 40)), true);
        }
        // Then
        var said = "-Dscaling.seed=" + seed + " " + autoscaling + " " + pool.steps;
        for (int i = 0; i < pool.steps.size(); i++) {
            var step = pool.steps.get(i);
            assertThat(step.to()).as(said).isBetween(autoscaling.min(), autoscaling.max());
            assertThat(step.to()).as(said).isLessThanOrEqualTo(2 * step.from()).isGreaterThanOrEqualTo(step.from() - 1);
            var before = i == 0 ? START : pool.steps.get(i - 1).at();
            var apart = Duration.between(before, step.at());
            assertThat(apart)
                    .as(said)
                    .isGreaterThanOrEqualTo(step.to() > step.from() ? Duration.ofMinutes(5) : Duration.ofMinutes(10));
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void underALoadThatStaysThePoolComesToRest(long seed) {
        // Given
        var random = new Random(seed);
        var autoscaling = any(random, false);
        var pool = new Pool(random, autoscaling);
        pool.wanted = random.nextDouble(1000.0 * MOST);
        // When it had a quarter of an hour for each node that it may have too many
        pool.run(Duration.ofMinutes(15L * (MOST + 2)), false);
        int after = pool.steps.size();
        pool.run(Duration.ofHours(6), false);
        // Then
        var said = "-Dscaling.seed=" + seed + " " + autoscaling + " wanted " + pool.wanted + " " + pool.steps;
        assertThat(pool.steps).as(said).hasSize(after);
        // What is held comes near to what is wanted, and is counted in whole bytes.
        var least = Math.clamp(
                (long) Math.ceil((pool.wanted - 2) / 10 / autoscaling.targetOccupancy()),
                autoscaling.min(),
                autoscaling.max());
        // Up to a tenth of the target is kept free so that it need not grow at once; never is it one too small.
        var most = Math.clamp(
                (long) Math.floor(pool.wanted / 9 / autoscaling.targetOccupancy()) + 1,
                autoscaling.min(),
                autoscaling.max());
        assertThat(pool.nodes).as(said).isBetween(least, Math.max(least, most));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aPoolWithATargetOfHitsStopsWhereItHasThem(long seed) {
        // Given
        var random = new Random(seed);
        var autoscaling = any(random, true);
        var pool = new Pool(random, autoscaling);
        pool.wanted = random.nextDouble(1.0, 3000.0 * MOST);
        int before = pool.nodes;
        // When
        pool.run(Duration.ofMinutes(15L * (MOST + 2)), false);
        int after = pool.steps.size();
        pool.run(Duration.ofHours(6), false);
        // Then
        var said = "-Dscaling.seed=" + seed + " " + autoscaling + " wanted " + pool.wanted + " " + pool.steps;
        assertThat(pool.steps).as(said).hasSize(after);
        int enough = requireTarget(autoscaling);
        for (var step : pool.steps) {
            if (step.to() > step.from()) {
                assertThat(step.hits()).as(said).isLessThan(enough);
            }
        }
        if (pool.nodes < autoscaling.max() && pool.nodes >= before) {
            assertThat(100 * Math.min(1, 1000.0 * pool.nodes / pool.wanted))
                    .as(said)
                    .isGreaterThanOrEqualTo(enough);
        }
    }

    private static int requireTarget(Autoscaling autoscaling) {
        var target = autoscaling.targetHitRatio();
        return target == null ? 0 : target;
    }
}
