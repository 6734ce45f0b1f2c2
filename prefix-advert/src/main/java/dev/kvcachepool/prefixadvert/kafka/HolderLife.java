package dev.kvcachepool.prefixadvert.kafka;

import dev.kvcachepool.prefixadvert.publish.AdvertPublisher;
import dev.kvcachepool.prefixadvert.publish.AdvertisedStore;
import dev.kvcachepool.prefixadvert.publish.BlockListener;
import dev.kvcachepool.prefixadvert.publish.NodeRowSender;
import dev.kvcachepool.prefixadvert.publish.PublisherStats;
import dev.kvcachepool.prefixadvert.wire.AdvertKey;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.NodeRow;
import dev.kvcachepool.prefixadvert.wire.NodeRowCodec;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongFunction;
import org.jboss.logging.Logger;

/** One incarnation of a holder on the tables. {@link #beat} belongs to the thread of {@link TableAdverts}, the rest is thread-safe. */
final class HolderLife implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(HolderLife.class);
    private static final Duration FIRST_WORD = Duration.ofSeconds(3);
    private static final long BEAT_NANOS = Duration.ofSeconds(5).toNanos();

    private final HolderClaim claim;
    private final AdvertisedStore store;
    private final NodeRowSender nodes;
    private final LongFunction<NodeRow> rows;
    private final KafkaRowSink sink;
    private final AdvertPublisher publisher;
    private final byte[] key;
    private CompletableFuture<Void> lastRow = CompletableFuture.completedFuture(null);
    private long beatAt = System.nanoTime();
    private boolean heard = true;
    private boolean publishing;

    HolderLife(
            HolderId holder,
            HolderClaim claim,
            KafkaClients clients,
            AdvertisedStore store,
            NodeRowSender nodes,
            LongFunction<NodeRow> rows) {
        this.claim = claim;
        this.store = store;
        this.nodes = nodes;
        this.rows = rows;
        this.key = new AdvertKey.Node(holder).toBytes();
        this.sink = claim.blockSink(clients);
        this.publisher = new AdvertPublisher(holder, claim.incarnation(), store, sink, claim.presence());
    }

    /** Says that the holder is there, then publishes what is held already and every change. */
    void begin() {
        store.listen(publisher);
        store.forEachWhole(publisher::changed);
        sendRow(FIRST_WORD);
        publish();
    }

    /** Not before the node's row is durable, see {@link HolderClaim}. Erases rows of earlier lives. */
    private void publish() {
        if (publishing || !claim.presence().getAsBoolean()) {
            return;
        }
        publishing = true;
        publisher.start();
        if (!claim.eraseStale(sink)) {
            LOG.info("rows of an earlier life are left for the next start to erase");
        }
    }

    PublisherStats stats() {
        return publisher.stats();
    }

    /** Sends the node's row if it is time to and the last one has arrived. */
    void beat() {
        publish();
        if (System.nanoTime() - beatAt >= BEAT_NANOS && isRowDone()) {
            tellOutage();
            sendRow(Duration.ZERO);
        }
    }

    private synchronized boolean isRowDone() {
        return lastRow.isDone();
    }

    /** One line when the broker falls silent, one when it answers again. */
    private synchronized void tellOutage() {
        boolean now = !lastRow.isCompletedExceptionally();
        if (heard && !now) {
            LOG.warn("the broker does not answer; what is held is advertised once it does");
        } else if (!heard && now) {
            LOG.info("the broker answers again");
        }
        heard = now;
    }

    /** Sends the node's row as it is now and waits up to {@code patience} until it is durable. */
    void sendRow(Duration patience) {
        CompletableFuture<Void> sending;
        synchronized (this) {
            // Under the lock: no older state overtakes a newer one.
            var row = NodeRowCodec.encode(rows.apply(claim.incarnation()));
            beatAt = System.nanoTime();
            long sentAt = claim.presence().now();
            sending = nodes.send(claim.nodesTopic(), claim.nodesPartition(), key, row)
                    .thenRun(() -> claim.presence().durable(sentAt))
                    .toCompletableFuture();
            lastRow = sending;
        }
        if (patience.isZero()) {
            return;
        }
        try {
            sending.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.debugf("the node's row did not arrive: %s", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Withdraws every block row. */
    void withdraw() {
        publisher.withdraw();
    }

    /** Whether all that was to be said is durable; false if that took longer than {@code timeout}. */
    boolean awaitClean(Duration timeout) {
        try {
            return publisher.awaitClean(timeout);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        store.listen(BlockListener.NONE);
        publisher.close();
        sink.close();
    }
}
