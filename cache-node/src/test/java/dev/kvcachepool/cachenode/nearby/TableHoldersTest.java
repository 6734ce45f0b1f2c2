package dev.kvcachepool.cachenode.nearby;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.cachenode.key.KeyParser;
import dev.kvcachepool.cachenode.placement.Member;
import dev.kvcachepool.cachenode.placement.Placement;
import dev.kvcachepool.prefixadvert.index.FlatPrefixIndex;
import dev.kvcachepool.prefixadvert.index.PrefixIndex;
import dev.kvcachepool.prefixadvert.table.AdvertStats;
import dev.kvcachepool.prefixadvert.table.AdvertTable;
import dev.kvcachepool.prefixadvert.table.AdvertView;
import dev.kvcachepool.prefixadvert.table.HolderView;
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
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who holds what by the rows of the tables. */
class TableHoldersTest {
    private static final Namespace NAMESPACE = new Namespace(5);
    private static final BlockId BLOCK = new BlockId(NAMESPACE, new BlockHash(1, 2));

    private final AdvertTable table = new AdvertTable(new FlatPrefixIndex(), Instant::now);
    private final List<Member> members = new ArrayList<>();

    @Test
    void rowsSayWhichRanksAndGroupsOfWhichWorldAreHeld() {
        // Given: a world of two ranks and two groups
        row("all", 1, BLOCK, Tier.HOST, 2, 0, 1, 2, 3);
        row("disk", 1, BLOCK, Tier.DISK, 2, 0, 1, 2, 3);
        row("rank-0", 1, BLOCK, Tier.HOST, 2, 0, 2);
        row("other-world", 1, BLOCK, Tier.HOST, 4, 0, 1, 2, 3);
        // When, Then
        assertThat(who("self", 2, 1, 0)).containsExactly("all", "disk");
        assertThat(who("self", 2, 0, 1)).hasSize(3).endsWith("disk").contains("all", "rank-0");
        assertThat(who("self", 2, 1, 2)).isEmpty();
        assertThat(who("all", 2, 1, 0)).as("nobody asks itself").containsExactly("disk");
    }

    @Test
    void whoIsNoMemberOrHasAnotherLifeIsNotNamed() {
        // Given
        row("a", 1, BLOCK, Tier.HOST, 1, 0);
        row("b", 1, BLOCK, Tier.HOST, 1, 0);
        node("b", 2);
        members.removeIf(member -> member.id().value().equals("a"));
        // When, Then
        assertThat(who("self", 1, 0, 0)).isEmpty();
    }

    @Test
    void nodesSpreadOverEqualHolders() {
        // Given
        for (int i = 0; i < 4; i++) {
            row("n" + i, 1, BLOCK, Tier.HOST, 1, 0);
        }
        // When
        var firsts = new HashSet<String>();
        for (int i = 0; i < 50; i++) {
            firsts.add(who("asker-" + i, 1, 0, 0).getFirst());
        }
        // Then
        assertThat(firsts).hasSize(4);
        assertThat(who("asker-1", 1, 0, 0)).isEqualTo(who("asker-1", 1, 0, 0));
    }

    private void row(String holder, long incarnation, BlockId block, Tier tier, int world, int... bits) {
        node(holder, incarnation);
        var held = new BitSet();
        for (int bit : bits) {
            held.set(bit);
        }
        var row = BlockRow.flat(tier.mask(), world, RankSet.of(held), 1, 256, 0);
        var key = new AdvertKey.Block(new HolderId(holder).hash(), incarnation, block);
        table.apply(key.toBytes(), BlockRowCodec.encode(row), 0, true);
    }

    private void node(String holder, long incarnation) {
        var id = new HolderId(holder);
        var row = new NodeRow(
                id,
                NodeRow.Kind.CACHE_NODE,
                "pool",
                incarnation,
                NodeState.SERVING,
                Map.of(),
                "",
                "",
                "",
                List.of(),
                List.of());
        table.apply(new AdvertKey.Node(id).toBytes(), NodeRowCodec.encode(row), 0, true);
        members.removeIf(member -> member.id().equals(id));
        members.add(new Member(id, incarnation, NodeState.SERVING, "127.0.0.1", 1));
    }

    private List<String> who(String self, int world, int rank, int group) {
        var placement = new Placement(new HolderId(self), Duration.ZERO, System::nanoTime);
        placement.adopt(members);
        var text = "m@%02x%02x%02x%02x@%x@%064d".formatted(world, rank, world, rank, group, 0);
        var key = Objects.requireNonNull(KeyParser.parse(text.getBytes(StandardCharsets.UTF_8)));
        return new TableHolders(new Shown(), placement)
                .of(List.of(new Sought(key, BLOCK)), System.nanoTime()).getFirst().stream()
                        .map(member -> member.id().value())
                        .toList();
    }

    private final class Shown implements AdvertView {
        @Override
        public boolean ready() {
            return true;
        }

        @Override
        public PrefixIndex index() {
            return table.index();
        }

        @Override
        public List<HolderView> holders() {
            return table.holders();
        }

        @Override
        public Optional<HolderView> holder(HolderId id) {
            return table.holder(id);
        }

        @Override
        public AdvertStats stats() {
            return table.stats();
        }
    }
}
