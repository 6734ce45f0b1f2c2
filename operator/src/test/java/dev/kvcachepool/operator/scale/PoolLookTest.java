package dev.kvcachepool.operator.scale;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.crds.RolloutStatus;
import dev.kvcachepool.crds.RolloutStatus.Phase;
import dev.kvcachepool.operator.probe.Findings;
import dev.kvcachepool.operator.probe.Findings.RouterView;
import dev.kvcachepool.operator.probe.NodeView;
import dev.kvcachepool.operator.probe.NodeView.TierView;
import dev.kvcachepool.operator.probe.StrimziView;
import dev.kvcachepool.operator.scale.Look.Figures;
import dev.kvcachepool.operator.scale.Look.Held;
import dev.kvcachepool.operator.status.Observed;
import dev.kvcachepool.operator.status.Trouble;
import dev.kvcachepool.operator.status.Workload;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PoolLookTest {
    static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    private static final Workload TWO = new Workload(2, 2, 2, true);
    private static final RolloutStatus COMPLETE = new RolloutStatus(Phase.Complete, null, "complete");
    private static final NodeView ZERO = node("p-0", "Serving", 30, 100);
    private static final NodeView ONE = node("p-1", "Serving", 50, 100);

    static KVCachePool pool(String spec, String status) {
        return new KubernetesSerialization().unmarshal("""
            apiVersion: kvcachepool.dev/v1alpha1
            kind: KVCachePool
            metadata: {name: p, namespace: n, uid: u, generation: 7}
            spec: {tiers: {host: {size: 1Gi}}, adverts: {bootstrapServers: "kafka:9092"}, %s}
            """.formatted(spec) + status, KVCachePool.class);
    }

    static NodeView node(String name, String phase, long used, long capacity) {
        return new NodeView(name, phase, 5, "k", List.of(new TierView("host", capacity, used)));
    }

    static Findings findings(@Nullable String kafka, Instant asked, NodeView... nodes) {
        var view = new RouterView(true, nodes.length, 4, Arrays.asList(nodes), List.of(), 41);
        return new Findings(List.of(), kafka, null, List.of(), view, StrimziView.NONE, null, asked);
    }

    static Observed observed(
            boolean paused,
            Workload nodes,
            List<Trouble> failures,
            @Nullable Findings findings,
            @Nullable RolloutStatus rollout) {
        return new Observed(paused, nodes, null, failures, List.of(), List.of(), List.of(), findings, rollout, null);
    }

    private static Look look(Observed observed) {
        return PoolLook.of(pool("autoscaling: {max: 4}", ""), 2, observed, NOW);
    }

    private static Look look(NodeView... nodes) {
        return look(observed(false, TWO, List.of(), findings(null, NOW, nodes), COMPLETE));
    }

    private static ScaleReason held(Look look) {
        assertThat(look).isInstanceOf(Held.class);
        return ((Held) look).reason();
    }

    @Test
    void nodesThatServeHaveTheirFigures() {
        assertThat(look(ZERO, ONE)).isEqualTo(new Figures(80, 200, 41));
    }

    @Test
    void nodesThatWereScaledAwayAndEarlierLivesDontCount() {
        // Given
        var gone = node("p-2", "Gone", 90, 100);
        var silent = node("p-3", "Silent", 90, 100);
        var earlier = new NodeView("p-1", "Gone", 4, "k", List.of(new TierView("host", 100, 99)));
        // Then
        assertThat(look(ZERO, earlier, ONE, gone, silent)).isEqualTo(new Figures(80, 200, 41));
    }

    @Test
    void ofMemoryAndDiskTheOneCountsThatHoldsMore() {
        // Given memory that is full, as memory before a disk always is
        var withDisk =
                List.of(new TierView("gpu", 10, 10), new TierView("host", 50, 50), new TierView("disk", 400, 90));
        var withSmallDisk =
                List.of(new TierView("gpu", 10, 5), new TierView("host", 50, 25), new TierView("disk", 40, 39));
        // Then
        assertThat(look(
                        new NodeView("p-0", "Serving", 1, "k", withDisk),
                        new NodeView("p-1", "Serving", 1, "k", withDisk)))
                .isEqualTo(new Figures(180, 800, 41));
        assertThat(look(
                        new NodeView("p-0", "Serving", 1, "k", withSmallDisk),
                        new NodeView("p-1", "Serving", 1, "k", withSmallDisk)))
                .isEqualTo(new Figures(60, 120, 41));
    }

    @Test
    void nothingIsConcludedWhileSomethingIsNotAsItShouldBe() {
        // Given
        var well = findings(null, NOW, ZERO, ONE);
        var rolling = new RolloutStatus(Phase.Waiting, "p-0", "p-0 has to be replaced");
        var deaf = new Findings(
                List.of(), null, null, List.of(), new RouterView(false, 0, 0), StrimziView.NONE, null, NOW);
        var mute = new Findings(List.of(), null, null, List.of(), null, StrimziView.NONE, null, NOW);
        // Then
        assertThat(held(look(observed(true, TWO, List.of(), well, COMPLETE)))).isEqualTo(ScaleReason.Paused);
        assertThat(held(look(observed(false, TWO, List.of(new Trouble("Forbidden", "no")), well, COMPLETE))))
                .isEqualTo(ScaleReason.ChildrenFailing);
        assertThat(held(look(observed(false, TWO, List.of(), null, COMPLETE)))).isEqualTo(ScaleReason.FiguresMissing);
        assertThat(held(look(observed(false, TWO, List.of(), findings("away", NOW, ZERO, ONE), COMPLETE))))
                .isEqualTo(ScaleReason.AdvertsFailing);
        assertThat(held(look(observed(false, TWO, List.of(), well, rolling)))).isEqualTo(ScaleReason.Rolling);
        assertThat(held(look(observed(false, TWO, List.of(), well, null)))).isEqualTo(ScaleReason.NodesNotServing);
        assertThat(held(look(observed(false, new Workload(2, 1, 2, true), List.of(), well, COMPLETE))))
                .isEqualTo(ScaleReason.NodesNotServing);
        assertThat(held(look(observed(false, new Workload(3, 3, 3, true), List.of(), well, COMPLETE))))
                .isEqualTo(ScaleReason.NodesNotServing);
        assertThat(held(look(observed(false, TWO, List.of(), deaf, COMPLETE)))).isEqualTo(ScaleReason.FiguresMissing);
        assertThat(held(look(observed(false, TWO, List.of(), mute, COMPLETE)))).isEqualTo(ScaleReason.FiguresMissing);
        var old = findings(null, NOW.minusSeconds(31), ZERO, ONE);
        assertThat(held(look(observed(false, TWO, List.of(), old, COMPLETE)))).isEqualTo(ScaleReason.FiguresMissing);
        assertThat(held(look(ZERO))).isEqualTo(ScaleReason.NodesNotServing);
        assertThat(held(look(ZERO, node("p-1", "Silent", 50, 100)))).isEqualTo(ScaleReason.NodesNotServing);
        assertThat(held(look(ZERO, ONE, node("p-2", "Draining", 50, 100)))).isEqualTo(ScaleReason.NodesNotServing);
        assertThat(held(look(node("p-0", "Serving", 0, 0), node("p-1", "Serving", 0, 0))))
                .isEqualTo(ScaleReason.FiguresMissing);
    }

    @Test
    void aPoolOfUsersWhoRestartNodesThemselvesIsJudgedAllTheSame() {
        // Given
        var theirs = new RolloutStatus(Phase.OnDelete, null, "1 cache-node has an older form");
        // Then
        assertThat(look(observed(false, TWO, List.of(), findings(null, NOW, ZERO, ONE), theirs)))
                .isInstanceOf(Figures.class);
    }
}
