package dev.kvcachepool.operator.scale;

import static dev.kvcachepool.operator.scale.PoolLookTest.findings;
import static dev.kvcachepool.operator.scale.PoolLookTest.node;
import static dev.kvcachepool.operator.scale.PoolLookTest.observed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.crds.AutoscalingStatus;
import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.crds.KVCachePoolStatus;
import dev.kvcachepool.crds.RolloutStatus;
import dev.kvcachepool.operator.events.Events;
import dev.kvcachepool.operator.probe.NodeView;
import dev.kvcachepool.operator.status.Observed;
import dev.kvcachepool.operator.status.Workload;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AutoscalerTest {
    private static final RolloutStatus COMPLETE = new RolloutStatus(RolloutStatus.Phase.Complete, null, "complete");

    /** A clock that the test moves. */
    private static final class Hand extends Clock {
        private Instant now = PoolLookTest.NOW;

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    private final Hand clock = new Hand();
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private Autoscaler autoscaler = autoscaler();

    private Autoscaler autoscaler() {
        // Events are counted; nobody sends them.
        var events = new Events(new KubernetesClientBuilder().build(), metrics, clock, _ -> {});
        return new Autoscaler(ScaleTimes.DEFAULTS, events, metrics, clock);
    }

    private static KVCachePool pool(String spec, @Nullable AutoscalingStatus status) {
        var pool = PoolLookTest.pool(spec, "");
        if (status != null) {
            pool.setStatus(new KVCachePoolStatus(
                    null, null, null, null, null, null, null, null, List.of(), null, null, null, status, null, null));
        }
        return pool;
    }

    private Observed serving(int nodes, int percent, boolean paused) {
        var views = IntStream.range(0, nodes)
                .mapToObj(ordinal -> node("p-" + ordinal, "Serving", percent, 100))
                .toArray(NodeView[]::new);
        return observed(
                paused,
                new Workload(nodes, nodes, nodes, true),
                List.of(),
                findings(null, clock.instant(), views),
                COMPLETE);
    }

    /** Looks every ten seconds, as the reconciler does, and keeps the status. */
    private @Nullable AutoscalingStatus lookFor(
            Duration time, String spec, @Nullable AutoscalingStatus before, int nodes, int percent) {
        var status = before;
        for (var end = clock.now.plus(time); clock.now.isBefore(end); clock.now = clock.now.plusSeconds(10)) {
            status = autoscaler.look(pool(spec, status), nodes, serving(nodes, percent, false));
        }
        return status;
    }

    private double count(String metric, String tag, String value) {
        return metrics.find(metric).tag(tag, value).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    @Test
    void aPoolBeginsWithTheNodesThatThereAreAndGrowsWithAnEvent() {
        // Given
        var status = lookFor(Duration.ofMinutes(5), "autoscaling: {max: 4}", null, 2, 97);
        assertThat(status.desired()).isEqualTo(2);
        assertThat(status.reason()).isEqualTo("Filling");
        assertThat(status.lastScaleTime()).isNull();
        // When
        status = autoscaler.look(pool("autoscaling: {max: 4}", status), 2, serving(2, 97, false));
        // Then
        assertThat(status)
                .isEqualTo(new AutoscalingStatus(
                        3,
                        "2026-11-24T12:05:00Z",
                        "grown from 2 to 3 cache-nodes: what is held fills 97 % of them, with a target of 80 %",
                        "Grown",
                        "grown from 2 to 3 cache-nodes: what is held fills 97 % of them, with a target of 80 %"));
        assertThat(count("kvcachepool.operator.autoscaling.steps", "direction", "up"))
                .isEqualTo(1);
        assertThat(count("kvcachepool.operator.events", "reason", "Autoscaled")).isEqualTo(1);
        // And the number stays while the third does not serve yet
        clock.now = clock.now.plusSeconds(10);
        status = autoscaler.look(pool("autoscaling: {max: 4}", status), 2, serving(2, 97, false));
        assertThat(status.desired()).isEqualTo(3);
        assertThat(status.reason()).isEqualTo("NodesNotServing");
        assertThat(status.lastScale()).startsWith("grown from 2 to 3");
    }

    @Test
    void aPoolAtRestHasAStatusThatStays() {
        // Given
        var status = lookFor(Duration.ofMinutes(30), "autoscaling: {max: 4}", null, 1, 50);
        // When
        var later = lookFor(Duration.ofMinutes(30), "autoscaling: {max: 4}", status, 1, 70);
        // Then
        assertThat(later).isEqualTo(status);
    }

    @Test
    void anOperatorThatBeginsAnewKeepsTheNumberAndWaits() {
        // Given
        var status = new AutoscalingStatus(3, "2026-11-24T11:00:00Z", "grown", "AsNeeded", "as needed");
        autoscaler = autoscaler();
        // When
        var after = autoscaler.look(pool("autoscaling: {max: 4}", status), 3, serving(3, 1, false));
        // Then
        assertThat(after.desired()).isEqualTo(3);
        assertThat(after.lastScaleTime()).isEqualTo("2026-11-24T11:00:00Z");
        assertThat(after.reason()).isEqualTo("Filling");
    }

    @Test
    void boundsThatAreMovedMoveTheNumberUnlessThePoolIsPaused() {
        // Given
        var status = new AutoscalingStatus(5, null, null, "AsNeeded", "as needed");
        // When
        var less = autoscaler.look(pool("autoscaling: {max: 3}", status), 5, serving(5, 70, false));
        var more = autoscaler.look(pool("autoscaling: {min: 7, max: 9}", status), 5, serving(5, 70, false));
        var paused = autoscaler.look(pool("autoscaling: {max: 3}", status), 5, serving(5, 70, true));
        // Then
        assertThat(less.desired()).isEqualTo(3);
        assertThat(less.message()).isEqualTo("went from 5 to 3 cache-nodes: spec.autoscaling.max is 3");
        assertThat(more.desired()).isEqualTo(7);
        assertThat(more.message()).isEqualTo("went from 5 to 7 cache-nodes: spec.autoscaling.min is 7");
        assertThat(paused.desired()).isEqualTo(5);
        assertThat(paused.reason()).isEqualTo("Paused");
        assertThat(count("kvcachepool.operator.autoscaling.steps", "direction", "down"))
                .isEqualTo(1);
    }

    @Test
    void thatMoreAreWantedThanAllowedIsToldOnce() {
        // When
        var status = lookFor(Duration.ofMinutes(30), "autoscaling: {max: 2}", null, 2, 97);
        // Then
        assertThat(status.reason()).isEqualTo("AtMaximum");
        assertThat(Autoscaler.isLimited(status)).isTrue();
        assertThat(count("kvcachepool.operator.events", "reason", "AutoscalingLimited"))
                .isEqualTo(1);
    }

    @Test
    void peopleWhoDecideThemselvesHaveNoStatusAndThoseWhoTookItBackKeepTheirNodes() {
        // Given
        var status = new AutoscalingStatus(5, null, null, "AsNeeded", "as needed");
        // Then
        assertThat(autoscaler.look(pool("replicas: 2", null), 2, serving(2, 97, false)))
                .isNull();
        assertThat(autoscaler.look(pool("replicas: 2", status), 5, serving(5, 97, false)))
                .isNull();
        var off = autoscaler.look(pool("models: []", status), 5, serving(5, 97, false));
        assertThat(off.desired()).isEqualTo(5);
        assertThat(off.reason()).isEqualTo("Off");
        assertThat(off.message()).contains("the 5 cache-nodes stay until spec.replicas says");
    }
}
