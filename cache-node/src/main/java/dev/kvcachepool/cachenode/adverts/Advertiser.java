package dev.kvcachepool.cachenode.adverts;

import dev.kvcachepool.cachenode.store.BlockStore;
import dev.kvcachepool.prefixadvert.kafka.HolderClaim;
import dev.kvcachepool.prefixadvert.kafka.HolderClaim.Earlier;
import dev.kvcachepool.prefixadvert.kafka.KafkaClients;
import dev.kvcachepool.prefixadvert.publish.PublisherStats;
import dev.kvcachepool.prefixadvert.wire.AdvertTopics;
import dev.kvcachepool.prefixadvert.wire.NodeRow;
import dev.kvcachepool.prefixadvert.wire.NodeState;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps this node's rows in both tables true, from its first connection to the broker until its end.
 *
 * <ol>
 *   <li>Make or verify the topics, read the node's own partitions, claim an incarnation; again every second until the
 *       broker lets it. The store serves meanwhile.
 *   <li>Publish: what is held now, then what changes ({@link Life}); the node's own row every 5 s and at each move.
 *   <li>Once the topics are others, or have lost what was published, from the start again, as another incarnation.
 *   <li>A higher incarnation of this node's name ends that for good: another process is this node now.
 *   <li>{@link #withdraw} erases every row; the last word is Gone.
 * </ol>
 *
 * <p>One thread of its own; {@link #moved} is called by whoever moves the node's state and waits for the broker, bounded.
 */
public final class Advertiser implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Advertiser.class);
    private static final Duration BROKER_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration LAST_WORD = Duration.ofSeconds(3);
    private static final Duration WATCH = Duration.ofMillis(500);
    private static final long RETRY_MILLIS = 1_000;

    private final AdvertSettings settings;
    private final BlockStore store;
    private final NodeRowSender nodes;
    private final NodeRows rows;
    private final KafkaClients clients;
    private final AdvertTopics topics;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private volatile @Nullable Life life;
    private Earlier earlier = Earlier.NONE;
    private volatile long claims;
    private volatile boolean fenced;
    private volatile String trouble = "not connected yet";

    /**
     * An advertiser that does nothing until {@link #start}.
     *
     * @param endpoints where this node serves each protocol
     */
    public Advertiser(
            AdvertSettings settings, BlockStore store, NodeRowSender nodes, Map<String, NodeRow.Address> endpoints) {
        this.settings = settings;
        this.store = store;
        this.nodes = nodes;
        this.rows = new NodeRows(settings, endpoints, store);
        this.clients = settings.clients();
        this.topics = settings.topics();
        this.thread = Thread.ofPlatform().name("advertiser").daemon().unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    public AdvertStatus status() {
        var current = life;
        return new AdvertStatus(
                current != null && !fenced,
                fenced,
                trouble,
                claims,
                current == null ? new PublisherStats(0, 0, 0, 0, 0) : current.stats());
    }

    /** Tells readers that the node's state has moved; returns once they can know, or after a bounded wait. */
    public void moved(NodeState state) {
        rows.state(state);
        var current = life;
        if (current == null || fenced) {
            return;
        }
        current.sendRow(LAST_WORD);
    }

    /** Withdraws the rows of all blocks: from now on this node says that it holds nothing. */
    public void withdraw(Duration atMost) {
        var current = life;
        if (current != null && !fenced && !current.withdraw(atMost)) {
            LOG.warn("not every row could be withdrawn in time; readers drop them once this node is gone");
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
                var current = new Life(settings.holder(), claim, clients, store, nodes, rows)) {
            if (claim.isTaken()) {
                giveWay();
                return;
            }
            earlier = claim.asEarlier();
            claims++;
            // Before its first row: a move of state from now on sends another.
            life = current;
            current.begin();
            trouble = "";
            LOG.infof("advertising as %s, incarnation %d", settings.holder(), claim.incarnation());
            beat(claim, current);
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException | ExecutionException | TimeoutException e) {
            report("cannot advertise through " + settings.kafka() + ": " + e.getMessage());
            var over = closed.await(RETRY_MILLIS, TimeUnit.MILLISECONDS);
            LOG.debugf("connecting again: %s", !over);
        }
    }

    /** Until the end, a successor, or topics that no longer have what was published. */
    private void beat(HolderClaim claim, Life current) {
        while (!isClosed()) {
            if (claim.successor(WATCH)) {
                giveWay();
                return;
            }
            if (claim.isGone() && !rows.isGone()) {
                LOG.warn("somebody said that this node is gone; advertising all that is held again");
                return;
            }
            var lost = claim.lost();
            if (lost.isPresent()) {
                LOG.warnf("%s; advertising all that is held again", lost.get());
                return;
            }
            current.beat();
        }
    }

    private HolderClaim claim() throws InterruptedException, ExecutionException, TimeoutException {
        try (var admin = clients.admin()) {
            settings.topicSettings().ensure(admin, topics, BROKER_TIMEOUT).ifPresent(this::report);
        }
        return new HolderClaim(clients, topics, settings.holder(), InstantSource.system(), earlier);
    }

    private void giveWay() {
        fenced = true;
        report("another process advertises as " + settings.holder() + " under a higher incarnation;"
                + " this one serves on but advertises no more. Give each node its own --node-id");
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
