package dev.kvcachepool.bench.routing;

import dev.kvcachepool.prefixadvert.hash.HashScheme;
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
import dev.kvcachepool.prefixadvert.wire.ModelSpec;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.prefixadvert.wire.NodeRow;
import dev.kvcachepool.prefixadvert.wire.NodeRowCodec;
import dev.kvcachepool.prefixadvert.wire.NodeState;
import dev.kvcachepool.prefixadvert.wire.RankSet;
import dev.kvcachepool.prefixadvert.wire.Tier;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The advert log of the world's nodes, as a router reads it: records as they travel, applied by the real table to the real
 * index some time after what they tell of.
 */
final class DelayedAdverts implements AdvertView {
    static final String POOL = "pool";
    static final String MODEL = "m";
    static final String SCHEME = HashScheme.LMCACHE_BLAKE3.id();
    private static final Namespace SPACE = Namespace.of(MODEL, SCHEME, new byte[0]);
    private static final double BEAT_SECONDS = 5;
    private static final long BLOCK_BYTES = 1 << 20;

    private final World world;
    private final double lag;
    private final AdvertTable table;
    private double beatAt = Double.NEGATIVE_INFINITY;

    DelayedAdverts(World world, double lagSeconds) {
        this.world = world;
        this.lag = lagSeconds;
        this.table = new AdvertTable(new FlatPrefixIndex(), () -> Instant.ofEpochMilli(millis()));
    }

    /** The id of an engine's node. */
    static String node(int engine) {
        return "n" + engine;
    }

    static BlockHash hash(int id) {
        return new BlockHash(id, id);
    }

    /** Nodes say that they are there, if that is due. */
    void beat() {
        if (world.now() - beatAt >= BEAT_SECONDS) {
            beatAt = world.now();
            for (int i = 0; i < world.engines().size(); i++) {
                var row = row(new HolderId(node(i)));
                apply(new AdvertKey.Node(row.holder()).toBytes(), NodeRowCodec.encode(row));
            }
        }
    }

    /** A block has come to a node, or has left it. */
    void changed(int engine, int id, boolean held) {
        var block = new BlockId(SPACE, hash(id));
        var key = new AdvertKey.Block(new HolderId(node(engine)).hash(), 1, block).toBytes();
        var row = BlockRow.flat(Tier.HOST.mask(), 1, RankSet.SINGLE, BLOCK_BYTES, World.BLOCK_TOKENS, millis() * 1000);
        var value = held ? BlockRowCodec.encode(row) : null;
        world.at(world.now() + lag, () -> apply(key, value));
    }

    private void apply(byte[] key, byte @Nullable [] value) {
        table.apply(key, value, millis(), true);
    }

    private long millis() {
        return 1_000_000 + (long) (world.now() * 1000);
    }

    private static NodeRow row(HolderId holder) {
        return new NodeRow(
                holder,
                NodeRow.Kind.CACHE_NODE,
                POOL,
                1,
                NodeState.SERVING,
                Map.of(),
                "",
                "",
                "",
                List.of(new ModelSpec(MODEL, SCHEME, World.BLOCK_TOKENS, List.of())),
                List.of());
    }

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
