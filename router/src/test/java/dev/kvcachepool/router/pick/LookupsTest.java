package dev.kvcachepool.router.pick;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.prefixadvert.index.FlatPrefixIndex;
import dev.kvcachepool.prefixadvert.table.HolderView;
import dev.kvcachepool.prefixadvert.table.Liveness;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.NodeRow;
import dev.kvcachepool.prefixadvert.wire.NodeState;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LookupsTest {
    private final FlatPrefixIndex index = new FlatPrefixIndex();
    private final Lookups lookups = new Lookups(index, groups(1, 2), List.of(0));

    @Test
    void areKeptForWhoAsksTheSame() {
        // Given
        var first = lookups.take();
        var meanwhile = lookups.take();

        // When
        lookups.giveBack(first);

        // Then
        assertThat(meanwhile).isNotSameAs(first);
        assertThat(lookups.take()).isSameAs(first);
        assertThat(lookups.ask(index, groups(1, 2), List.of(0))).isTrue();
    }

    @Test
    void areOfNoUseForOtherHoldersGroupsAndIndexes() {
        // When, Then
        assertThat(lookups.ask(index, groups(1, 3), List.of(0))).isFalse();
        assertThat(lookups.ask(index, groups(1), List.of(0))).isFalse();
        assertThat(lookups.ask(index, groups(1, 2, 3), List.of(0))).isFalse();
        assertThat(lookups.ask(index, List.of(groups(1, 2).getFirst(), List.of()), List.of(0)))
                .isFalse();
        assertThat(lookups.ask(index, groups(1, 2), List.of(0, 1))).isFalse();
        assertThat(lookups.ask(new FlatPrefixIndex(), groups(1, 2), List.of(0))).isFalse();
    }

    private static List<List<HolderView>> groups(int... slots) {
        return IntStream.of(slots)
                .mapToObj(slot -> List.of(new HolderView(node(slot), slot, Liveness.FRESH, false, 0, 1)))
                .toList();
    }

    private static NodeRow node(int slot) {
        return new NodeRow(
                new HolderId("n" + slot),
                NodeRow.Kind.CACHE_NODE,
                "pool",
                1,
                NodeState.SERVING,
                Map.of(),
                "",
                "",
                "",
                List.of(),
                List.of());
    }
}
