package dev.kvcachepool.operator.scale;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.crds.Autoscaling;
import dev.kvcachepool.crds.Eviction;
import dev.kvcachepool.operator.scale.Decision.Rules;
import dev.kvcachepool.operator.scale.Look.Figures;
import dev.kvcachepool.operator.scale.Look.Held;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** By a clock that a test moves. */
class DecisionTest {
    private static final Look FULL = new Figures(97, 100, null);
    private static final Look FITTING = new Figures(70, 100, null);
    private static final Look EMPTY = new Figures(1, 100, null);
    private static final Look SILENT = new Held(ScaleReason.FiguresMissing, "no router answers");
    private static final Look STARTING = new Held(ScaleReason.NodesNotServing, "2 of 3 serve");
    private static final Duration PERIOD = Duration.ofSeconds(10);

    private final Rules rules = rules(new Autoscaling(1, 4, 80, null));
    private Instant now = Instant.parse("2026-11-24T12:00:00Z");
    private Past past = Past.NONE;
    private int nodes = 2;
    private @Nullable Decision last;

    private static Rules rules(Autoscaling wanted) {
        return new Rules(
                Sizing.of(wanted, new Eviction(null, null, null, null, null)), wanted.max(), ScaleTimes.DEFAULTS);
    }

    /** Looks once, and carries out what is decided. */
    private ScaleReason look(Rules rules, Look look) {
        var decision = Decision.of(rules, nodes, look, past, now);
        past = decision.past();
        nodes = decision.nodes();
        now = now.plus(PERIOD);
        last = decision;
        return decision.reason();
    }

    /** Looks every ten seconds for as long, or until there is another number of cache-nodes. */
    private ScaleReason lookFor(Duration time, Rules rules, Look look) {
        var end = now.plus(time);
        int before = nodes;
        var reason = ScaleReason.Off;
        while (now.isBefore(end) && nodes == before) {
            reason = look(rules, look);
        }
        return reason;
    }

    private ScaleReason lookFor(Duration time, Look look) {
        return lookFor(time, rules, look);
    }

    private String message() {
        return last == null ? "" : last.message();
    }

    @Test
    void aPoolThatStartsHasTimeToFillAndThenGrowsWithAReason() {
        // When
        assertThat(lookFor(Duration.ofMinutes(5), FULL)).isEqualTo(ScaleReason.Filling);
        assertThat(look(rules, FULL)).isEqualTo(ScaleReason.Grown);
        // Then
        assertThat(nodes).isEqualTo(3);
        assertThat(message())
                .isEqualTo("grown from 2 to 3 cache-nodes: what is held fills 97 % of them, with a target of 80 %");
    }

    @Test
    void aPoolThatServesForLongGrowsOnceItWasTooFullForAMinute() {
        // Given
        lookFor(Duration.ofMinutes(20), FITTING);
        // When
        var first = look(rules, FULL);
        // Then
        assertThat(first).isEqualTo(ScaleReason.GrowthWanted);
        assertThat(message()).startsWith("the pool grows once it was so for 60 s: the tiers are fuller than");
        assertThat(lookFor(Duration.ofSeconds(40), FULL)).isEqualTo(ScaleReason.GrowthWanted);
        assertThat(lookFor(Duration.ofSeconds(20), FULL)).isEqualTo(ScaleReason.Grown);
    }

    @Test
    void oneLookThatSaysOtherwiseBeginsTheMinuteAnew() {
        // Given
        lookFor(Duration.ofMinutes(20), FITTING);
        lookFor(Duration.ofSeconds(50), FULL);
        // When
        look(rules, SILENT);
        // Then
        assertThat(lookFor(Duration.ofSeconds(50), FULL)).isEqualTo(ScaleReason.GrowthWanted);
        assertThat(lookFor(Duration.ofSeconds(20), FULL)).isEqualTo(ScaleReason.Grown);
    }

    @Test
    void whatWasSeenBeforeAGapDoesNotCount() {
        // Given
        lookFor(Duration.ofMinutes(20), FITTING);
        lookFor(Duration.ofSeconds(30), FULL);
        // When
        now = now.plus(Duration.ofMinutes(20));
        // Then it begins as with a new pool
        assertThat(look(rules, FULL)).isEqualTo(ScaleReason.Filling);
        assertThat(nodes).isEqualTo(2);
    }

    @Test
    void aPoolShrinksByOneOnceFewerWouldHaveDoneForTenMinutes() {
        // Given
        nodes = 4;
        // When
        assertThat(lookFor(Duration.ofSeconds(590), EMPTY)).isEqualTo(ScaleReason.ShrinkWanted);
        assertThat(lookFor(Duration.ofSeconds(20), EMPTY)).isEqualTo(ScaleReason.Shrunk);
        // Then
        assertThat(nodes).isEqualTo(3);
        assertThat(message())
                .isEqualTo("shrunk from 4 to 3 cache-nodes: what is held fills 1 % of them and would fill 2 % of one"
                        + " fewer, with a target of 80 %");
        // And the next node has ten minutes of its own, from when the new number serves
        lookFor(Duration.ofMinutes(3), STARTING);
        assertThat(lookFor(Duration.ofSeconds(590), EMPTY)).isEqualTo(ScaleReason.ShrinkWanted);
        assertThat(lookFor(Duration.ofSeconds(20), EMPTY)).isEqualTo(ScaleReason.Shrunk);
    }

    @Test
    void nodesThatDontServeMakeVoidWhatWasSeen() {
        // Given
        lookFor(Duration.ofMinutes(20), FITTING);
        lookFor(Duration.ofSeconds(50), FULL);
        // When
        assertThat(look(rules, STARTING)).isEqualTo(ScaleReason.NodesNotServing);
        // Then
        assertThat(message()).isEqualTo("2 of 3 serve");
        assertThat(lookFor(Duration.ofMinutes(5), FULL)).isEqualTo(ScaleReason.Filling);
        assertThat(look(rules, FULL)).isEqualTo(ScaleReason.Grown);
    }

    @Test
    void aPoolAtItsMaximumSaysThatMoreAreWantedAndWhatToDo() {
        // Given
        nodes = 4;
        // When
        assertThat(lookFor(Duration.ofMinutes(6), FULL)).isEqualTo(ScaleReason.AtMaximum);
        // Then
        assertThat(nodes).isEqualTo(4);
        assertThat(message())
                .startsWith("more than the 4 cache-nodes of spec.autoscaling.max are wanted: the tiers are fuller than")
                .endsWith("raise spec.autoscaling.max, or the sizes in spec.tiers");
    }

    @Test
    void aStepGoesNoFurtherThanTheMaximumAndSaysSo() {
        // Given
        var steep = rules(new Autoscaling(1, 3, 20, null));
        // When
        lookFor(Duration.ofMinutes(6), steep, FULL);
        // Then
        assertThat(nodes).isEqualTo(3);
        assertThat(message()).endsWith("spec.autoscaling.max allows no more");
    }

    @Test
    void ofSeveralNumbersTheFewestIsGrownTo() {
        // Given
        var steep = rules(new Autoscaling(1, 100, 30, null));
        nodes = 10;
        lookFor(Duration.ofMinutes(6), steep, new Figures(29, 100, null));
        // When
        lookFor(Duration.ofSeconds(30), steep, new Figures(90, 100, null));
        lookFor(Duration.ofSeconds(10), steep, new Figures(40, 100, null));
        lookFor(Duration.ofSeconds(60), steep, new Figures(90, 100, null));
        // Then
        assertThat(nodes).isEqualTo(14);
    }
}
