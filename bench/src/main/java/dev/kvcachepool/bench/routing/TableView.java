package dev.kvcachepool.bench.routing;

import dev.kvcachepool.prefixadvert.index.PrefixIndex;
import dev.kvcachepool.prefixadvert.table.AdvertStats;
import dev.kvcachepool.prefixadvert.table.AdvertTable;
import dev.kvcachepool.prefixadvert.table.AdvertView;
import dev.kvcachepool.prefixadvert.table.HolderView;
import dev.kvcachepool.prefixadvert.wire.AdvertKey;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.ModelSpec;
import dev.kvcachepool.prefixadvert.wire.NodeRow;
import dev.kvcachepool.prefixadvert.wire.NodeRowCodec;
import dev.kvcachepool.prefixadvert.wire.NodeState;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A table that is always read, and rows of nodes that serve one model. */
record TableView(AdvertTable table) implements AdvertView {

    /** Such a node says that it is there, at so many milliseconds of broker time. */
    void beat(String node, String pool, ModelSpec model, long millis) {
        var row = new NodeRow(
                new HolderId(node),
                NodeRow.Kind.CACHE_NODE,
                pool,
                1,
                NodeState.SERVING,
                Map.of(),
                "",
                "",
                "",
                List.of(model),
                List.of());
        table.apply(new AdvertKey.Node(row.holder()).toBytes(), NodeRowCodec.encode(row), millis, true);
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
