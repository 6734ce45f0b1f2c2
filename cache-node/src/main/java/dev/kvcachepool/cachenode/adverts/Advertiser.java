package dev.kvcachepool.cachenode.adverts;

import dev.kvcachepool.cachenode.store.BlockStore;
import dev.kvcachepool.prefixadvert.kafka.HolderAdverts;
import dev.kvcachepool.prefixadvert.publish.AdvertStatus;
import dev.kvcachepool.prefixadvert.publish.NodeRowSender;
import dev.kvcachepool.prefixadvert.wire.NodeRow;
import dev.kvcachepool.prefixadvert.wire.NodeState;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** This node as a holder: its store, and its own row as its state moves. Thread-safe. */
public final class Advertiser implements AutoCloseable {
    private final NodeRows rows;
    private final HolderAdverts adverts;

    /**
     * An advertiser that does nothing until {@link #start}.
     *
     * @param endpoints where this node serves each protocol
     */
    public Advertiser(
            AdvertSettings settings, BlockStore store, NodeRowSender nodes, Map<String, NodeRow.Address> endpoints) {
        this.rows = new NodeRows(settings, endpoints, store);
        this.adverts =
                new HolderAdverts(settings.clients(), settings.tables(), settings.holder(), store, nodes, rows::row);
    }

    public void start() {
        adverts.start();
    }

    public AdvertStatus status() {
        return adverts.status();
    }

    /** How publishing to the tables goes that the pool moves to; empty while it moves to none. */
    public Optional<AdvertStatus> nextStatus() {
        return adverts.nextStatus();
    }

    /** Tells readers that the node's state has moved; returns once they can know, or after a bounded wait. */
    public void moved(NodeState state) {
        rows.state(state);
        adverts.tell();
    }

    /** Withdraws the rows of all blocks: from now on this node says that it holds nothing. */
    public void withdraw(Duration atMost) {
        adverts.withdraw(atMost);
    }

    @Override
    public void close() {
        adverts.close();
    }
}
