package dev.kvcachepool.prefixadvert.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.prefixadvert.wire.AdvertKey;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.prefixadvert.wire.NodeRow;
import dev.kvcachepool.prefixadvert.wire.NodeState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LeftoversTest {
    private static final HolderId ALICE = new HolderId("alice");
    private static final long HOUR = Duration.ofHours(1).toMillis();

    private final Leftovers leftovers = new Leftovers(Duration.ofHours(1));

    @Test
    void ofAHolderThatIsThereOnlyEarlierLivesAreLeft() {
        // Given
        leftovers.begin();

        // When
        leftovers.node(node(5, NodeState.SERVING));

        // Then
        assertThat(leftovers.isLeft(row(4))).isTrue();
        assertThat(leftovers.isLeft(row(5))).isFalse();
        assertThat(leftovers.isLeft(row(6))).isFalse();
    }

    @Test
    void ofAHolderThatIsGoneAllIsLeftUnlessItComesBack() {
        // Given
        leftovers.begin();

        // When
        leftovers.node(node(5, NodeState.GONE));

        // Then rows of its next life stay, whose node row may only be on its way
        assertThat(leftovers.isLeft(row(5))).isTrue();
        assertThat(leftovers.isLeft(row(6))).isFalse();
    }

    @Test
    void theHigherIncarnationCountsInWhateverPartitionItsNodeRowLies() {
        // Given
        leftovers.begin();

        // When
        leftovers.node(node(6, NodeState.SERVING));
        leftovers.node(node(5, NodeState.GONE));

        // Then
        assertThat(leftovers.isLeft(row(6))).isFalse();
        assertThat(leftovers.isLeft(row(5))).isTrue();
    }

    @Test
    void rowsWithoutANodeRowAreLeftOnceThatLastedForAnHour() {
        // Given looks that find none
        assertThat(lookAt(1_000, 5)).isFalse();
        assertThat(lookAt(1_000 + HOUR - 1, 5)).isFalse();

        // When the hour is over
        boolean left = lookAt(1_000 + HOUR, 5);

        // Then
        assertThat(left).isTrue();
    }

    @Test
    void aHolderThatIsOnlyComingIsNotTakenForOneThatWent() {
        // Given a holder without a node row for an hour
        assertThat(lookAt(0, 5)).isFalse();

        // When it comes back, its row read before its node row could be
        boolean left = lookAt(HOUR, 6);

        // Then
        assertThat(left).isFalse();
    }

    @Test
    void aNodeRowInBetweenBeginsTheHourAgain() {
        // Given
        assertThat(lookAt(0, 5)).isFalse();
        leftovers.begin();
        leftovers.hear(HOUR / 2);
        leftovers.node(node(5, NodeState.SERVING));
        assertThat(leftovers.isLeft(row(5))).isFalse();

        // When the node row is erased
        leftovers.begin();
        leftovers.hear(HOUR);
        leftovers.node(node(5, NodeState.SERVING));
        leftovers.noNode(new AdvertKey.Node(ALICE));

        // Then
        assertThat(leftovers.isLeft(row(5))).isFalse();
        assertThat(lookAt(2 * HOUR, 5)).isTrue();
    }

    private boolean lookAt(long millis, long incarnation) {
        leftovers.begin();
        leftovers.hear(millis);
        return leftovers.isLeft(row(incarnation));
    }

    private static AdvertKey.Block row(long incarnation) {
        return new AdvertKey.Block(
                ALICE.hash(), incarnation, new BlockId(new Namespace(1), new BlockHash(0, incarnation)));
    }

    private static NodeRow node(long incarnation, NodeState state) {
        return new NodeRow(
                ALICE, NodeRow.Kind.CACHE_NODE, "p", incarnation, state, Map.of(), "", "", "", List.of(), List.of());
    }
}
