package dev.kvcachepool.bridges.vllm;

import dev.kvcachepool.prefixadvert.kafka.HolderAdverts;
import dev.kvcachepool.prefixadvert.kafka.KafkaNodeRows;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.NodeRow;
import dev.kvcachepool.prefixadvert.wire.NodeState;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/**
 * One rank of an engine as a holder of the pool: what it says of its blocks becomes rows, under an incarnation that ends with
 * what is known of them. Thread-safe.
 *
 * <p>Whoever follows it is that holder. Of two, the one that claims later is; the other publishes no more.
 */
final class EngineFollower implements AutoCloseable {
    private final EngineAddress engine;
    private final BridgePlace place;
    private final HolderId holder;
    private final EngineBlocks blocks;
    private final KafkaNodeRows nodes;
    private final HolderAdverts adverts;
    private final EngineSubscriber subscriber;
    private volatile NodeState state = NodeState.RECOVERING;

    EngineFollower(EngineAddress engine, int rank, BridgePlace place, Lineages lineages, InstantSource clock) {
        this.engine = engine;
        this.place = place;
        this.holder = new HolderId("engine/" + place.pool() + "/" + engine.rankName(rank));
        this.blocks = new EngineBlocks(lineages, EngineBlocks.DEFAULT_MOST_BLOCKS, clock);
        this.nodes = new KafkaNodeRows(place.clients());
        this.adverts = new HolderAdverts(place.clients(), place.tables(), holder, blocks, nodes, this::row);
        this.subscriber = new EngineSubscriber(engine, rank, blocks, new EngineSubscriber.Watcher() {
            @Override
            public void connected(boolean is) {
                move(is ? NodeState.SERVING : NodeState.RECOVERING);
            }

            @Override
            public void lost() {
                adverts.renew();
            }
        });
    }

    void start() {
        adverts.start();
        subscriber.start();
    }

    private void move(NodeState next) {
        if (!next.equals(state)) {
            state = next;
            adverts.tell();
        }
    }

    private NodeRow row(long incarnation) {
        return new NodeRow(
                holder,
                NodeRow.Kind.ENGINE,
                place.pool(),
                incarnation,
                state,
                Map.of(),
                engine.engine(),
                place.kubernetesNode(),
                place.zone(),
                List.of(),
                List.of());
    }

    /** What this rank alone comes to. */
    BridgeStats stats() {
        var counters = subscriber.counters();
        var known = blocks.stats();
        return new BridgeStats(
                state.equals(NodeState.SERVING) ? 1 : 0,
                counters.batches(),
                counters.gaps(),
                counters.replays(),
                counters.losses(),
                counters.malformedMessages(),
                counters.skipped(),
                known.blocks(),
                known.unplaced(),
                known.overLimit(),
                known.ignored(),
                adverts.status().blocks().advertised());
    }

    /** The last word is Gone: what was said of the engine is erased, until somebody follows it again. */
    @Override
    public void close() {
        subscriber.close();
        move(NodeState.GONE);
        adverts.close();
        nodes.close();
    }
}
