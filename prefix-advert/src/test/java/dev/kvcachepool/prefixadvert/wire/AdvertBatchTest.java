package dev.kvcachepool.prefixadvert.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AdvertBatchTest {
    private static final HolderId ALICE = new HolderId("alice");

    private final AdvertBatch batch = new AdvertBatch(4);

    @Test
    void givesBackEveryFieldOfEveryRow() throws MalformedAdvertException {
        // Given
        var seed = Long.getLong("kvp.seed", System.nanoTime());
        System.out.println("seed " + seed);
        var random = new Random(seed);
        for (int round = 0; round < 10_000; round++) {
            var key = key(random);
            var row = row(random);
            batch.clear();
            batch.add(key.toBytes(), null, 0);

            // When it stands where another record stood before
            batch.add(key.toBytes(), BlockRowCodec.encode(row), round);

            // Then
            assertThat(batch.kind(1)).isEqualTo(AdvertBatch.Kind.ROW);
            assertThat(batch.brokerMillis(1)).isEqualTo(round);
            assertThat(new AdvertKey.Block(batch.holder(1), batch.incarnation(1), batch.block(1)))
                    .as("seed %d round %d", seed, round)
                    .isEqualTo(key);
            assertThat(batch.row(1)).as("seed %d round %d", seed, round).isEqualTo(row);
        }
    }

    @Test
    void tellsTheKindsOfRecordsApart() {
        // Given
        var row = new NodeRow(
                ALICE, NodeRow.Kind.CACHE_NODE, "p", 1, NodeState.SERVING, Map.of(), "", "", "", List.of(), List.of());
        var key = key(new Random(1)).toBytes();

        // When
        batch.add(key, null, 1);
        batch.add(new AdvertKey.Node(ALICE).toBytes(), NodeRowCodec.encode(row), 2);
        batch.add(key, new byte[] {(byte) 0xff}, 3);
        batch.add(null, null, 4);

        // Then each says what it is and when, and what it is not
        assertThat(batch.kind(0)).isEqualTo(AdvertBatch.Kind.TOMBSTONE);
        assertThat(batch.kind(1)).isEqualTo(AdvertBatch.Kind.NODE);
        assertThat(batch.node(1).row()).isEqualTo(row);
        assertThat(batch.kind(2)).isEqualTo(AdvertBatch.Kind.MALFORMED);
        assertThat(batch.fault(2)).startsWith("the block row is no Protobuf");
        assertThat(batch.kind(3)).isEqualTo(AdvertBatch.Kind.MALFORMED);
        assertThat(batch.fault(3)).isEqualTo("the record has no key");
        assertThat(batch.brokerMillis(3)).isEqualTo(4);
        assertThatThrownBy(() -> batch.row(0)).hasMessage("record 0 is TOMBSTONE, not ROW");
        assertThatThrownBy(() -> batch.node(2)).hasMessage("record 2 is MALFORMED, not NODE");
    }

    @Test
    void takesNoMoreThanItHasRoomFor() {
        // Given a full batch
        for (int record = 0; record < 4; record++) {
            batch.add(null, null, 0);
        }
        assertThat(batch.isFull()).isTrue();

        // When, then
        assertThatThrownBy(() -> batch.add(null, null, 0))
                .hasMessage("the batch has 4 records, which is all it has room for");
    }

    private static AdvertKey.Block key(Random random) {
        var hash = new BlockHash(random.nextLong(), random.nextLong());
        return new AdvertKey.Block(
                random.nextLong(),
                1 + random.nextLong(AdvertKey.MAX_INCARNATION),
                new BlockId(new Namespace(random.nextLong()), hash));
    }

    private static BlockRow row(Random random) {
        int worldSize = 1 + random.nextInt(random.nextBoolean() ? 8 : RankSet.MAX_BITS);
        var ranks = new BitSet();
        ranks.set(random.nextInt(worldSize));
        ranks.set(random.nextInt(worldSize));
        return new BlockRow(
                1 + random.nextInt((1 << Tier.COUNT) - 1),
                worldSize,
                RankSet.of(ranks),
                random.nextLong() >>> 1,
                random.nextInt() >>> 1,
                random.nextLong(),
                random.nextBoolean() ? new BlockHash(random.nextLong(), random.nextLong()) : null,
                random.nextBoolean() ? -1 : random.nextInt() >>> 1);
    }
}
