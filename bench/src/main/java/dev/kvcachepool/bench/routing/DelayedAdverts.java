package dev.kvcachepool.bench.routing;

import dev.kvcachepool.prefixadvert.hash.HashScheme;
import dev.kvcachepool.prefixadvert.index.FlatPrefixIndex;
import dev.kvcachepool.prefixadvert.table.AdvertTable;
import dev.kvcachepool.prefixadvert.table.AdvertView;
import dev.kvcachepool.prefixadvert.wire.AdvertKey;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.BlockRow;
import dev.kvcachepool.prefixadvert.wire.BlockRowCodec;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.ModelSpec;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.prefixadvert.wire.RankSet;
import dev.kvcachepool.prefixadvert.wire.Tier;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The advert log of the world's nodes, as a router reads it: records as they travel, applied by the real table to the real
 * index some time after what they tell of.
 */
final class DelayedAdverts {
    static final String POOL = "pool";
    static final String MODEL = "m";
    static final String SCHEME = HashScheme.LMCACHE_BLAKE3.id();
    private static final Namespace SPACE = Namespace.of(MODEL, SCHEME, new byte[0]);
    private static final double BEAT_SECONDS = 5;
    private static final long BLOCK_BYTES = 1 << 20;

    private final World world;
    private final double lag;
    private final TableView view;
    private double beatAt = Double.NEGATIVE_INFINITY;

    DelayedAdverts(World world, double lagSeconds) {
        this.world = world;
        this.lag = lagSeconds;
        this.view = new TableView(new AdvertTable(new FlatPrefixIndex(), () -> Instant.ofEpochMilli(millis())));
    }

    /** What routers read. */
    AdvertView view() {
        return view;
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
                view.beat(node(i), POOL, new ModelSpec(MODEL, SCHEME, World.BLOCK_TOKENS, List.of()), millis());
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
        view.table().apply(key, value, millis(), true);
    }

    private long millis() {
        return 1_000_000 + (long) (world.now() * 1000);
    }
}
