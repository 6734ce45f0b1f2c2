package dev.kvcachepool.kvp.adverts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.prefixadvert.wire.Advert;
import dev.kvcachepool.prefixadvert.wire.AdvertKey;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.BlockRow;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.prefixadvert.wire.NodeRow;
import dev.kvcachepool.prefixadvert.wire.NodeState;
import dev.kvcachepool.prefixadvert.wire.RankSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HoldersTest {
    private static final HolderId ANN = new HolderId("ann");

    private final Holders holders = new Holders();

    @Test
    void rowsOfAnEarlierLifeAreVoid() {
        // Given
        block(5, 1, 1_000, true);
        block(5, 2, 1_000, true);
        node(7, 2_000);
        block(7, 1, 2_000, true);
        block(5, 3, 2_500, true);

        // When
        block(5, 2, 3_000, false);

        // Then
        var lag = holders.lags().getFirst();
        assertThat(lag.rows()).isEqualTo(1);
        assertThat(lag.voids()).isEqualTo(2);
        assertThat(lag.node()).isNotNull();
    }

    @Test
    void silenceIsCountedByTheBrokersClock() {
        // Given
        node(1, 10_000);

        // When another speaks later
        holders.take(new Advert.OfNode(new AdvertKey.Node(new HolderId("bob")), row(new HolderId("bob"), 1)), 14_000);

        // Then
        assertThat(holders.lags()).extracting(HolderLag::silentMillis).containsExactly(4_000L, 0L);
    }

    @Test
    void theTimeFromStoredToLogIsOfRowsOfThisLife() {
        // Given a row stored before this life began, and told again
        block(8_000_000, 1, 60_000, 1_000_000);

        // When
        block(8_000_000, 2, 9_030, 9_000_000);

        // Then
        var lag = holders.lags().getFirst();
        assertThat(lag.p50Millis()).isEqualTo(30);
        assertThat(lag.p99Millis()).isEqualTo(30);
    }

    @Test
    void whoHasNothingLeftIsNotListed() {
        // Given
        node(1, 1_000);
        block(1, 1, 1_000, true);
        block(1, 1, 2_000, false);

        // When
        holders.take(new Advert.OfNode(new AdvertKey.Node(ANN), null), 3_000);

        // Then
        assertThat(holders.lags()).isEmpty();
    }

    private void node(long incarnation, long millis) {
        holders.take(new Advert.OfNode(new AdvertKey.Node(ANN), row(ANN, incarnation)), millis);
    }

    private static NodeRow row(HolderId holder, long incarnation) {
        return new NodeRow(
                holder,
                NodeRow.Kind.CACHE_NODE,
                "p",
                incarnation,
                NodeState.SERVING,
                Map.of(),
                "",
                "",
                "",
                List.of(),
                List.of());
    }

    private void block(long incarnation, int number, long millis, boolean held) {
        holders.take(new Advert.OfBlock(key(incarnation, number), held ? stored(0) : null), millis);
    }

    private void block(long incarnation, int number, long millis, long storedAtMicros) {
        holders.take(new Advert.OfBlock(key(incarnation, number), stored(storedAtMicros)), millis);
    }

    private static AdvertKey.Block key(long incarnation, int number) {
        return new AdvertKey.Block(
                ANN.hash(), incarnation, new BlockId(new Namespace(1), new BlockHash(number, number)));
    }

    private static BlockRow stored(long atMicros) {
        return BlockRow.flat(1, 1, RankSet.SINGLE, 1, 16, atMicros);
    }
}
