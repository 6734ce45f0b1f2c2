package dev.kvcachepool.cachenode.adverts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.cachenode.placement.Member;
import dev.kvcachepool.prefixadvert.table.HolderView;
import dev.kvcachepool.prefixadvert.table.Liveness;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.NodeRow;
import dev.kvcachepool.prefixadvert.wire.NodeState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RollTest {
    private static final String POOL = "ns/pool";
    private final AtomicLong nanos = new AtomicLong();
    private final Roll roll = new Roll(POOL, nanos::get);

    @Test
    void membersAreTheCacheNodesOfThePoolWithARespPort() {
        // When
        var _ = roll.call(List.of(
                view("a", NodeRow.Kind.CACHE_NODE, POOL, "resp", NodeState.SERVING, Liveness.FRESH),
                view("b", NodeRow.Kind.ENGINE, POOL, "resp", NodeState.SERVING, Liveness.FRESH),
                view("c", NodeRow.Kind.CACHE_NODE, "other", "resp", NodeState.SERVING, Liveness.FRESH),
                view("d", NodeRow.Kind.CACHE_NODE, POOL, "http", NodeState.SERVING, Liveness.FRESH),
                view("e", NodeRow.Kind.CACHE_NODE, POOL, "resp", NodeState.DRAINING, Liveness.NOT_PICKED)));
        // Then
        assertThat(roll.members())
                .containsExactly(
                        new Member(new HolderId("a"), 5, NodeState.SERVING, "10.0.0.1", 6379),
                        new Member(new HolderId("e"), 5, NodeState.DRAINING, "10.0.0.1", 6379));
    }

    @Test
    void silenceCountsOutOnlyAfterAGraceAndComingBackIsTold() {
        // Given
        var silent = view("a", NodeRow.Kind.CACHE_NODE, POOL, "resp", NodeState.SERVING, Liveness.NOT_PICKED);
        var fresh = view("a", NodeRow.Kind.CACHE_NODE, POOL, "resp", NodeState.SERVING, Liveness.FRESH);
        // When / Then
        assertThat(roll.call(List.of(silent))).isEmpty();
        assertThat(roll.members()).hasSize(1);
        pass(Roll.GRACE.minusMillis(1));
        assertThat(roll.call(List.of(silent))).isEmpty();
        assertThat(roll.members()).hasSize(1);
        pass(Duration.ofMillis(1));
        assertThat(roll.call(List.of(silent))).isEmpty();
        assertThat(roll.members()).isEmpty();
        assertThat(roll.call(List.of(fresh))).containsExactly(new HolderId("a"));
        assertThat(roll.members()).hasSize(1);
        assertThat(roll.call(List.of(fresh))).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"STARTING", "RECOVERING", "DRAINING"})
    void whoIsKilledWhileItComesOrGoesIsCountedOutToo(NodeState state) {
        // Given
        var speaking = view("a", state, false);
        var silent = view("a", state, true);
        var _ = roll.call(List.of(speaking));
        pass(Roll.GRACE.multipliedBy(10));
        assertThat(roll.call(List.of(speaking))).isEmpty();
        assertThat(ids()).containsExactly("a");
        // When
        var _ = roll.call(List.of(silent));
        assertThat(ids()).containsExactly("a");
        pass(Roll.GRACE);
        var _ = roll.call(List.of(silent));
        // Then
        assertThat(ids()).isEmpty();
        assertThat(roll.call(List.of(speaking))).containsExactly(new HolderId("a"));
    }

    @Test
    void aMomentOfSilenceAfterAnOutageOfTheBrokerCountsNobodyOut() {
        // Given
        var silent = view("a", NodeRow.Kind.CACHE_NODE, POOL, "resp", NodeState.SERVING, Liveness.NOT_PICKED);
        var fresh = view("a", NodeRow.Kind.CACHE_NODE, POOL, "resp", NodeState.SERVING, Liveness.FRESH);
        // When
        for (int i = 0; i < 3; i++) {
            var _ = roll.call(List.of(silent));
            pass(Roll.GRACE.minusMillis(1));
            // Then
            assertThat(roll.call(List.of(fresh))).isEmpty();
            assertThat(roll.members()).hasSize(1);
            pass(Roll.GRACE);
        }
    }

    @Test
    void whoseRowVanishedStaysForAWhileAndIsTheSameWhenBack() {
        // Given two nodes, and a third that has left
        var a = view("a", NodeRow.Kind.CACHE_NODE, POOL, "resp", NodeState.SERVING, Liveness.FRESH);
        var b = view("b", NodeRow.Kind.CACHE_NODE, POOL, "resp", NodeState.SERVING, Liveness.FRESH);
        var c = view("c", NodeRow.Kind.CACHE_NODE, POOL, "resp", NodeState.GONE, Liveness.NOT_PICKED);
        var _ = roll.call(List.of(a, b, c));

        // When the topic is made anew, and only one of them has said so much as a word there
        assertThat(roll.call(List.of())).isEmpty();
        assertThat(roll.call(List.of(b))).isEmpty();

        // Then the one without a row is still a member, and the one that had left is not
        assertThat(ids()).containsExactly("a", "b");
        pass(Roll.VANISHED_GRACE.minusMillis(1));
        assertThat(roll.call(List.of(a, b))).isEmpty();
        assertThat(ids()).containsExactly("a", "b");

        // When its row stays away for too long, then it is counted out, and its coming back is told
        var _ = roll.call(List.of(b));
        pass(Roll.VANISHED_GRACE);
        var _ = roll.call(List.of(b));
        assertThat(ids()).containsExactly("b");
        assertThat(roll.call(List.of(a, b))).containsExactly(new HolderId("a"));
    }

    private List<String> ids() {
        return roll.members().stream().map(member -> member.id().value()).toList();
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private static HolderView view(
            String id, NodeRow.Kind kind, String pool, String protocol, NodeState state, Liveness liveness) {
        var endpoints = Map.of(protocol, new NodeRow.Address("10.0.0.1", 6379));
        var row = new NodeRow(new HolderId(id), kind, pool, 5, state, endpoints, "", "", "", List.of(), List.of());
        return new HolderView(row, 0, liveness, state == NodeState.SERVING && liveness == Liveness.NOT_PICKED, 0, 0);
    }

    private static HolderView view(String id, NodeState state, boolean silent) {
        var view = view(id, NodeRow.Kind.CACHE_NODE, POOL, "resp", state, Liveness.NOT_PICKED);
        return new HolderView(view.node(), view.slot(), view.liveness(), silent, view.silentMillis(), view.blocks());
    }
}
