package dev.kvcachepool.prefixadvert.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.prefixadvert.wire.AdvertKey;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.BlockRow;
import dev.kvcachepool.prefixadvert.wire.BlockRowCodec;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.prefixadvert.wire.NodeRow;
import dev.kvcachepool.prefixadvert.wire.NodeRowCodec;
import dev.kvcachepool.prefixadvert.wire.NodeState;
import dev.kvcachepool.prefixadvert.wire.RankSet;
import dev.kvcachepool.prefixadvert.wire.Tier;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AdvertTableTest {
    private static final HolderId ALICE = new HolderId("alice");
    private static final HolderId BOB = new HolderId("bob");
    private static final Namespace MODEL = Namespace.of("m", "lmcache-blake3", new byte[0]);

    private final NaiveIndex index = new NaiveIndex();
    private final AdvertTable table = new AdvertTable(index, () -> Instant.ofEpochSecond(0, 5_000_000));

    @Test
    void aNewIncarnationVoidsTheOldRowsAtOnce() {
        // Given a holder with two blocks
        node(ALICE, 1, NodeState.SERVING, 0);
        block(ALICE, 1, 7, 0);
        block(ALICE, 1, 8, 0);

        // When one record of its next life arrives, of whatever kind
        block(ALICE, 2, 9, 0);

        // Then only that row is left, and the holder is not listed before its node row of that life
        assertThat(index.pairs()).isEqualTo(1);
        assertThat(table.holder(ALICE)).isEmpty();
        node(ALICE, 2, NodeState.SERVING, 0);
        assertThat(table.holder(ALICE)).hasValueSatisfying(view -> {
            assertThat(view.blocks()).isEqualTo(1);
            assertThat(view.node().incarnation()).isEqualTo(2);
        });
    }

    @Test
    void blocksOfHoldersThatNobodyAsksAboutAreNotIndexedWhateverComesFirst() {
        // Given a table for Bob only
        var bobs = new AdvertTable(
                index, Instant::now, Silence.DEFAULT, row -> row.holder().equals(BOB));
        var before = key(ALICE, 1, 7);
        bobs.apply(before.toBytes(), row(), 0, true);
        assertThat(index.pairs()).isEqualTo(1);

        // When both have said who they are, and go on
        for (var holder : List.of(ALICE, BOB)) {
            bobs.apply(new AdvertKey.Node(holder).toBytes(), nodeRow(holder, 1, NodeState.SERVING), 0, true);
            bobs.apply(key(holder, 1, 8).toBytes(), row(), 0, true);
        }
        bobs.apply(before.toBytes(), null, 0, true);

        // Then Bob's are there; Alice is known, with no block
        assertThat(index.pairs()).isEqualTo(1);
        assertThat(bobs.holder(BOB))
                .hasValueSatisfying(view -> assertThat(view.blocks()).isEqualTo(1));
        assertThat(bobs.holder(ALICE))
                .hasValueSatisfying(view -> assertThat(view.blocks()).isZero());
    }

    @Test
    void aZombieChangesNothing() {
        // Given the second life of a holder
        node(ALICE, 2, NodeState.SERVING, 0);
        block(ALICE, 2, 7, 0);

        // When its first life speaks again: a row, a tombstone, a node row
        for (int at = 0; at <= 60_000; at += 10_000) {
            block(ALICE, 1, 8, at);
        }
        table.apply(key(ALICE, 1, 7).toBytes(), null, 60_000, true);
        node(ALICE, 1, NodeState.GONE, 60_000);

        // Then the table is what it was, silence included, and all of it is counted
        assertThat(index.pairs()).isEqualTo(1);
        assertThat(table.holder(ALICE)).hasValueSatisfying(view -> {
            assertThat(view.node().state()).isEqualTo(NodeState.SERVING);
            assertThat(view.liveness()).isEqualTo(Liveness.NOT_PICKED);
        });
        assertThat(table.stats().fenced()).isEqualTo(9);
    }

    @Test
    void aLowerIncarnationThatSpeaksWhileTheKnownOneIsSilentIsADoubt() {
        // Given a second life that said one thing, and a first that goes on
        node(ALICE, 2, NodeState.SERVING, 0);
        for (int at = 0; at < 60_000; at += 5_000) {
            node(ALICE, 1, NodeState.SERVING, at);
        }
        assertThat(table.doubt()).isEmpty();

        // When the second has been silent for the limit
        node(ALICE, 1, NodeState.SERVING, 60_000);

        // Then
        assertThat(table.doubt()).contains(new Doubt(ALICE.hash(), 2));
    }

    @Test
    void silenceIsMeasuredInBrokerTime() {
        // Given two holders heard of at the same time
        node(ALICE, 1, NodeState.SERVING, 1_000);
        node(BOB, 1, NodeState.SERVING, 1_000);

        // When only Bob goes on
        node(BOB, 1, NodeState.SERVING, 9_000);
        node(BOB, 1, NodeState.SERVING, 15_999);
        assertThat(liveness(ALICE)).isEqualTo(Liveness.FRESH);
        node(BOB, 1, NodeState.SERVING, 16_000);
        assertThat(liveness(ALICE)).isEqualTo(Liveness.QUIET);
        for (int at = 21_000; at <= 61_000; at += 5_000) {
            node(BOB, 1, NodeState.SERVING, at);
        }

        // Then Alice is not picked, her rows stay, and a word from her brings her back
        assertThat(liveness(ALICE)).isEqualTo(Liveness.NOT_PICKED);
        assertThat(liveness(BOB)).isEqualTo(Liveness.FRESH);
        block(ALICE, 1, 1, 61_001);
        assertThat(liveness(ALICE)).isEqualTo(Liveness.FRESH);
    }

    @Test
    void nobodyAgesWhileNobodyIsHeard() {
        // Given three holders, one of which had fallen silent for 20 s
        node(ALICE, 1, NodeState.SERVING, 0);
        node(new HolderId("carol"), 1, NodeState.SERVING, 0);
        for (int at = 0; at <= 20_000; at += 5_000) {
            node(BOB, 1, NodeState.SERVING, at);
            node(new HolderId("carol"), 1, NodeState.SERVING, at);
        }

        // When the broker is away for ten minutes, and Bob is the first to speak again
        node(BOB, 1, NodeState.SERVING, 620_000);

        // Then nobody has aged by those minutes, and whoever stays silent ages from there on
        assertThat(liveness(new HolderId("carol"))).isEqualTo(Liveness.FRESH);
        assertThat(liveness(ALICE)).isEqualTo(Liveness.QUIET);
        for (int at = 620_000; at <= 660_000; at += 5_000) {
            node(BOB, 1, NodeState.SERVING, at);
        }
        assertThat(liveness(ALICE)).isEqualTo(Liveness.NOT_PICKED);
        assertThat(liveness(new HolderId("carol"))).isEqualTo(Liveness.QUIET);
    }

    @Test
    void aGapInALogReadFromItsStartIsNoOutage() {
        // Given a compacted log: of each holder's words only the last is left
        table.apply(new AdvertKey.Node(ALICE).toBytes(), nodeRow(ALICE, 1, NodeState.SERVING), 1_000, false);

        // When the next record in it is a minute younger
        table.apply(new AdvertKey.Node(BOB).toBytes(), nodeRow(BOB, 1, NodeState.SERVING), 61_000, false);

        // Then the first holder is not picked
        assertThat(liveness(ALICE)).isEqualTo(Liveness.NOT_PICKED);
    }

    @Test
    void aDrainingHolderIsNotPicked() {
        // When
        node(ALICE, 1, NodeState.DRAINING, 0);

        // Then
        assertThat(liveness(ALICE)).isEqualTo(Liveness.NOT_PICKED);
    }

    @Test
    void tombstonesEraseAndAHolderWithoutAnythingIsForgotten() {
        // Given
        node(ALICE, 1, NodeState.SERVING, 0);
        block(ALICE, 1, 7, 0);

        // When the rows, then the node row, are erased
        table.apply(key(ALICE, 1, 7).toBytes(), null, 0, true);
        table.apply(new AdvertKey.Node(ALICE).toBytes(), null, 0, true);

        // Then
        assertThat(index.pairs()).isZero();
        assertThat(table.holders()).isEmpty();
    }

    @Test
    void malformedRecordsAreSkippedAndCounted() {
        // When
        table.apply(null, new byte[] {1}, 0, true);
        table.apply(new byte[] {0x33}, new byte[0], 0, true);
        table.apply(key(ALICE, 1, 7).toBytes(), new byte[] {(byte) 0xff}, 0, true);
        table.apply(new AdvertKey.Node(ALICE).toBytes(), nodeRow(BOB, 1, NodeState.SERVING), 0, true);

        // Then
        assertThat(table.stats().malformed()).isEqualTo(4);
        assertThat(index.pairs()).isZero();
    }

    @Test
    void lagIsMeasuredOnLiveRowsOnly() {
        // Given rows stored at 1 ms, read at 5 ms
        block(ALICE, 1, 7, 0);

        // Then
        assertThat(table.stats().lagP99Micros()).isEqualTo(4_000);
    }

    @Test
    void whatAHolderFoundFromAnEarlierLifeIsNotLate() {
        // Given a row stored at 1 ms by a holder whose life began at 2 ms
        block(ALICE, 2_000, 7, 0);

        // Then
        assertThat(index.pairs()).isEqualTo(1);
        assertThat(table.stats().lagP99Micros()).isNotEqualTo(4_000);
    }

    /** Any interleaving that keeps each holder's partition in order gives the same table as the newest rows alone. */
    @Test
    void everyOrderAcrossPartitionsGivesTheSameTable() {
        var seed = Long.getLong("kvp.seed", System.nanoTime());
        System.out.println("seed " + seed);
        var random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            // Given two holders' histories over three lives, with zombies' late words in between
            var histories = List.of(history(ALICE, random), history(BOB, random));
            var newest = new HashMap<AdvertKey.Block, Boolean>();
            histories.forEach(history -> history.forEach(record -> newest.put(record.key(), record.held())));

            // When they are read interleaved at random, a part of them twice
            var naive = new NaiveIndex();
            var read = new AdvertTable(naive, Instant::now);
            interleave(histories, random).forEach(record -> apply(read, record));

            // Then the index holds exactly the newest rows of each holder's highest incarnation
            assertThat(content(naive)).isEqualTo(expected(newest));
        }
    }

    private record Message(AdvertKey.Block key, boolean held) {}

    private static List<Message> history(HolderId holder, Random random) {
        var messages = new ArrayList<Message>();
        for (int at = 0; at < 40; at++) {
            var life = 1 + Math.min(2, at / 14) - (random.nextInt(4) == 0 && at >= 14 ? 1 : 0);
            messages.add(new Message(key(holder, life, random.nextInt(6)), random.nextBoolean()));
        }
        // The last life always says something, so that "highest incarnation" is the same for every reader.
        messages.add(new Message(key(holder, 3, 99), true));
        return messages;
    }

    private static List<Message> interleave(List<List<Message>> histories, Random random) {
        var turns = new ArrayList<Integer>();
        for (int which = 0; which < histories.size(); which++) {
            turns.addAll(Collections.nCopies(histories.get(which).size(), which));
        }
        Collections.shuffle(turns, random);
        var next = new int[histories.size()];
        var all = new ArrayList<Message>();
        turns.forEach(which -> all.add(histories.get(which).get(next[which]++)));
        return all;
    }

    private static void apply(AdvertTable table, Message message) {
        table.apply(message.key().toBytes(), message.held() ? row() : null, 0, false);
    }

    private static Set<BlockId> content(NaiveIndex index) {
        var blocks = new HashSet<BlockId>();
        index.slots.values().forEach(held -> blocks.addAll(held.keySet()));
        return blocks;
    }

    private static Set<BlockId> expected(Map<AdvertKey.Block, Boolean> newest) {
        var blocks = new HashSet<BlockId>();
        newest.forEach((key, held) -> {
            if (held && key.incarnation() == 3) {
                blocks.add(key.block());
            }
        });
        return blocks;
    }

    @Test
    void whoDrainsIsNotPickedAndSilentOnlyWhenItIs() {
        // Given
        node(ALICE, 1, NodeState.DRAINING, 0);
        assertThat(liveness(ALICE)).isEqualTo(Liveness.NOT_PICKED);

        // When others go on
        for (int at = 0; at < 60_000; at += 5_000) {
            node(BOB, 1, NodeState.SERVING, at);
            assertThat(table.holder(ALICE).orElseThrow().silent()).isFalse();
            assertThat(table.holder(ALICE).orElseThrow().silentMillis()).isEqualTo(at);
        }
        node(BOB, 1, NodeState.SERVING, 60_000);

        // Then
        assertThat(table.holder(ALICE).orElseThrow().silent()).isTrue();
        assertThat(table.holder(BOB).orElseThrow().silent()).isFalse();
        assertThat(table.holder(BOB).orElseThrow().silentMillis()).isZero();
    }

    private Liveness liveness(HolderId holder) {
        return table.holder(holder).orElseThrow().liveness();
    }

    private void node(HolderId holder, long incarnation, NodeState state, long brokerMillis) {
        table.apply(new AdvertKey.Node(holder).toBytes(), nodeRow(holder, incarnation, state), brokerMillis, true);
    }

    private void block(HolderId holder, long incarnation, int number, long brokerMillis) {
        table.apply(key(holder, incarnation, number).toBytes(), row(), brokerMillis, true);
    }

    private static AdvertKey.Block key(HolderId holder, long incarnation, int number) {
        // Each holder's blocks are its own, so that the content of an index tells whose they are.
        return new AdvertKey.Block(
                holder.hash(), incarnation, new BlockId(MODEL, new BlockHash(holder.hash(), number)));
    }

    private static byte[] row() {
        return BlockRowCodec.encode(BlockRow.flat(Tier.HOST.mask(), 1, RankSet.SINGLE, 1, 512, 1_000));
    }

    private static byte[] nodeRow(HolderId holder, long incarnation, NodeState state) {
        return NodeRowCodec.encode(new NodeRow(
                holder, NodeRow.Kind.CACHE_NODE, "p", incarnation, state, Map.of(), "", "", "", List.of(), List.of()));
    }
}
