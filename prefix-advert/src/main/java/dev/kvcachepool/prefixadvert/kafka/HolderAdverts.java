package dev.kvcachepool.prefixadvert.kafka;

import dev.kvcachepool.prefixadvert.publish.AdvertStatus;
import dev.kvcachepool.prefixadvert.publish.AdvertTables;
import dev.kvcachepool.prefixadvert.publish.AdvertisedStore;
import dev.kvcachepool.prefixadvert.publish.Listeners;
import dev.kvcachepool.prefixadvert.publish.NodeRowSender;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.NodeRow;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;

/**
 * Keeps a holder's rows true in the pool's tables, and while the pool moves to others in both, from the first connection to
 * the broker until its end.
 *
 * <p>Each pair of tables has its own incarnation of the holder, claimed from what that pair shows, and a thread of its own.
 * {@link #withdraw} erases every row; the last word should be Gone. Thread-safe.
 */
public final class HolderAdverts implements AutoCloseable {
    private final List<TableAdverts> pairs;

    /**
     * Adverts of a holder that says nothing until {@link #start}.
     *
     * @param store what the holder holds; this is its listener from now on
     * @param nodes where its own row goes
     * @param rows that row as it is now, by incarnation; thread-safe
     */
    public HolderAdverts(
            KafkaClients clients,
            AdvertTables tables,
            HolderId holder,
            AdvertisedStore store,
            NodeRowSender nodes,
            LongFunction<NodeRow> rows) {
        var listeners = new Listeners(store);
        this.pairs = tables.all().stream()
                .map(pair -> new TableAdverts(
                        clients, pair.topics(), TopicSettings.of(pair), holder, listeners.view(), nodes, rows))
                .toList();
    }

    public void start() {
        pairs.forEach(TableAdverts::start);
    }

    /** How publishing to the pool's tables goes. */
    public AdvertStatus status() {
        return pairs.getFirst().status();
    }

    /** How publishing to the tables goes that the pool moves to; empty while it moves to none. */
    public Optional<AdvertStatus> nextStatus() {
        return pairs.stream().skip(1).map(TableAdverts::status).findFirst();
    }

    /** Tells readers of the holder's row as it is now; returns once they can know, or after a bounded wait. */
    public void tell() {
        pairs.forEach(TableAdverts::tell);
    }

    /**
     * Soon as another incarnation, which voids at once all that was said: for a store that has lost everything. Each lives for ten
     * seconds at least; until then what is lost goes row by row.
     */
    public void renew() {
        pairs.forEach(TableAdverts::renew);
    }

    /** Withdraws the rows of all blocks: from now on the holder says that it holds nothing. */
    public void withdraw(Duration atMost) {
        long end = System.nanoTime() + atMost.toNanos();
        pairs.forEach(TableAdverts::withdraw);
        pairs.forEach(pair -> pair.awaitWithdrawn(Duration.ofNanos(Math.max(0, end - System.nanoTime()))));
    }

    @Override
    public void close() {
        pairs.forEach(TableAdverts::close);
    }
}
