package dev.kvcachepool.cachenode.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.prefixadvert.wire.NodeState;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class NodeLifecycleTest {

    @Test
    void movesForwardOnlyAndTellsOfEachMoveOnce() {
        // Given
        var lifecycle = new NodeLifecycle();
        var told = new ArrayList<NodeState>();
        lifecycle.onChange(told::add);
        // When
        boolean served = lifecycle.moveTo(NodeState.SERVING);
        boolean again = lifecycle.moveTo(NodeState.SERVING);
        boolean back = lifecycle.moveTo(NodeState.RECOVERING);
        lifecycle.moveTo(NodeState.DRAINING);
        lifecycle.moveTo(NodeState.GONE);
        // Then
        assertThat(served).isTrue();
        assertThat(again).isFalse();
        assertThat(back).isFalse();
        assertThat(told).containsExactly(NodeState.SERVING, NodeState.DRAINING, NodeState.GONE);
        assertThat(lifecycle.state()).isEqualTo(NodeState.GONE);
    }
}
