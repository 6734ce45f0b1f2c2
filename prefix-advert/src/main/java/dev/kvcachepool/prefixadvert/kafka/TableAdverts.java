package dev.kvcachepool.prefixadvert.kafka;

import dev.kvcachepool.prefixadvert.kafka.HolderClaim.Earlier;
import dev.kvcachepool.prefixadvert.publish.AdvertStatus;
import dev.kvcachepool.prefixadvert.publish.AdvertisedStore;
import dev.kvcachepool.prefixadvert.publish.NodeRowSender;
import dev.kvcachepool.prefixadvert.publish.PublisherStats;
import dev.kvcachepool.prefixadvert.wire.AdvertTopics;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.NodeRow;
import dev.kvcachepool.prefixadvert.wire.NodeState;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongFunction;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a holder's rows in one pair of tables true, from the first connection to the broker until its end.
 *
 * <ol>
 *   <li>Make or verify the topics, read the holder's own partitions, claim an incarnation; again every second until the
 *       broker lets it. The holder serves meanwhile.
 *   <li>Publish: what is held now, then what changes ({@link HolderLife}); the holder's own row every 5 s and whenever {@link #tell} says so.
 *   <li>Once the topics are others, or have lost what was published, or somebody else said Gone of it, or at {@link #renew}, from the start again, as another incarnation.
 *   <li>A higher incarnation of the holder's name ends that for good: another process is this holder now.
 *   <li>{@link #withdraw} erases every row; the last word should be Gone.
 * </ol>
 *
 * <p>One thread of its own; {@link #tell} is called by whoever moves the holder's state and waits for the broker, bounded.
 */
final class TableAdverts implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(HolderAdverts.class);
    private static final Duration BROKER_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration LAST_WORD = Duration.ofSeconds(3);
    private static final Duration WATCH = Duration.ofMillis(500);
    private static final long RETRY_MILLIS = 1_000;
    private static final long LEAST_LIFE_NANOS = Duration.ofSeconds(10).toNanos();

    private final KafkaClients clients;
    private final AdvertTopics topics;
    private final TopicSettings topicSettings;
    private final HolderId holder;
    private final AdvertisedStore store;
    private final NodeRowSender nodes;
    private final LongFunction<NodeRow> rows;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private volatile @Nullable HolderLife life;
    private Earlier earlier = Earlier.NONE;
    private volatile long claims;
    private volatile boolean fenced;
    private volatile boolean renewal;
    private volatile String trouble = "not connected yet";

    /**
     * Adverts of a holder that says nothing until {@link #start}.
     *
     * @param topicSettings of topics that nobody has made yet
     * @param store what the holder holds
     * @param nodes where its own row goes
     * @param rows that row as it is now, by incarnation; thread-safe
     */
    TableAdverts(
            KafkaClients clients,
            AdvertTopics topics,
            TopicSettings topicSettings,
            HolderId holder,
            AdvertisedStore store,
            NodeRowSender nodes,
            LongFunction<NodeRow> rows) {
        this.clients = clients;
        this.topics = topics;
        this.topicSettings = topicSettings;
        this.holder = holder;
        this.store = store;
        this.nodes = nodes;
        this.rows = rows;
        this.thread = Thread.ofPlatform()
                .name("advertiser-" + topics.blocks())
                .daemon()
                .unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    AdvertStatus status() {
        var current = life;
        return new AdvertStatus(
                current != null && !fenced,
                fenced,
                trouble,
                claims,
                current == null ? new PublisherStats(0, 0, 0, 0, 0) : current.stats());
    }

    /** Tells readers of the holder's row as it is now; returns once they can know, or after a bounded wait. */
    void tell() {
        var current = life;
        if (current == null || fenced) {
            return;
        }
        current.sendRow(LAST_WORD);
    }

    /**
     * Soon as another incarnation, which voids at once all that was said: for a store that has lost everything. Each lives for ten
     * seconds at least; until then what is lost goes row by row.
     */
    void renew() {
        renewal = true;
    }

    /** Withdraws the rows of all blocks: from now on the holder says that it holds nothing. */
    void withdraw() {
        var current = life;
        if (current != null && !fenced) {
            current.withdraw();
        }
    }

    /** Waits until that has reached the broker. */
    void awaitWithdrawn(Duration atMost) {
        var current = life;
        if (current != null && !fenced && !current.awaitClean(atMost)) {
            LOG.warn("not every row could be withdrawn in time; readers drop them once this holder is gone");
        }
    }

    private void run() {
        try {
            while (!isClosed() && !fenced) {
                live();
            }
        } catch (InterruptedException | InterruptException e) {
            LOG.debug("the advertiser was stopped");
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer; volatile only for the readers of the count
    private void live() throws InterruptedException {
        try (var claim = claim();
                var current = new HolderLife(holder, claim, clients, store, nodes, rows)) {
            if (claim.isTaken()) {
                giveWay();
                return;
            }
            earlier = claim.asEarlier();
            claims++;
            renewal = false;
            // Before its first row: a move of state from now on sends another.
            life = current;
            current.begin();
            trouble = "";
            LOG.infof("advertising as %s, incarnation %d", holder, claim.incarnation());
            beat(claim, current);
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException | ExecutionException | TimeoutException e) {
            report("cannot advertise through " + clients.bootstrapServers() + ": " + e.getMessage());
            var over = closed.await(RETRY_MILLIS, TimeUnit.MILLISECONDS);
            LOG.debugf("connecting again: %s", !over);
        }
    }

    /** Until the end, a successor, a renewal, or topics that no longer have what was published. */
    private void beat(HolderClaim claim, HolderLife current) {
        long begunNanos = System.nanoTime();
        while (!isClosed()) {
            if (claim.successor(WATCH)) {
                giveWay();
                return;
            }
            if (claim.isGone() && rows.apply(claim.incarnation()).state() != NodeState.GONE) {
                LOG.warnf("somebody said that %s is gone; advertising all that is held again", holder);
                return;
            }
            var lost = claim.lost();
            if (lost.isPresent()) {
                LOG.warnf("%s; advertising all that is held again", lost.get());
                return;
            }
            if (renewal && System.nanoTime() - begunNanos >= LEAST_LIFE_NANOS) {
                LOG.infof("%s has lost what it held; advertising as another incarnation", holder);
                return;
            }
            current.beat();
        }
    }

    private HolderClaim claim() throws InterruptedException, ExecutionException, TimeoutException {
        try (var admin = clients.admin()) {
            topicSettings.ensure(admin, topics, BROKER_TIMEOUT).ifPresent(this::report);
        }
        return new HolderClaim(clients, topics, holder, InstantSource.system(), earlier);
    }

    private void giveWay() {
        fenced = true;
        report("another process advertises as " + holder + " under a higher incarnation;"
                + " this one serves on but advertises no more. Give each holder a name of its own");
    }

    private void report(String message) {
        if (!message.equals(trouble)) {
            trouble = message;
            LOG.warn(message);
        }
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
    }
}
