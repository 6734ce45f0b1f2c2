package dev.kvcachepool.cachenode.adverts;

import dev.kvcachepool.cachenode.nearby.FollowedTable;
import dev.kvcachepool.prefixadvert.index.FlatPrefixIndex;
import dev.kvcachepool.prefixadvert.kafka.AdvertReader;
import dev.kvcachepool.prefixadvert.table.AdvertView;
import dev.kvcachepool.prefixadvert.table.Silence;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.NodeRow;
import java.time.InstantSource;

/**
 * What the other cache-nodes of this node's pool hold, from both topics. Rows of other pools, of engines and of this node
 * itself are passed over; beyond its bound in heap no further rows are taken, which makes them misses. Thread-safe.
 */
public final class BlocksFeed implements FollowedTable {
    /** Of the heap; twice as much for a moment, where the topics have to be read anew. */
    private static final int HEAP_SHARE = 8;

    private final AdvertReader reader;

    private BlocksFeed(AdvertReader reader) {
        this.reader = reader;
    }

    /** Begins to read. */
    public static BlocksFeed begin(AdvertSettings settings) {
        long mostBytes = Runtime.getRuntime().maxMemory() / HEAP_SHARE;
        var reader = new AdvertReader(
                settings.clients(),
                settings.topics(),
                settings.topicSettings(),
                () -> new FlatPrefixIndex(mostBytes),
                InstantSource.system(),
                Silence.DEFAULT,
                row -> isWanted(row, settings.pool(), settings.holder()));
        reader.start();
        return new BlocksFeed(reader);
    }

    private static boolean isWanted(NodeRow row, String pool, HolderId self) {
        return row.kind() == NodeRow.Kind.CACHE_NODE
                && row.pool().equals(pool)
                && !row.holder().equals(self);
    }

    @Override
    public AdvertView adverts() {
        return reader;
    }

    @Override
    public void close() {
        reader.close();
    }
}
