package dev.kvcachepool.prefixadvert.kafka;

import dev.kvcachepool.prefixadvert.table.Leftovers;
import dev.kvcachepool.prefixadvert.wire.AdvertTopics;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jboss.logging.Logger;

/**
 * Erases what holders left that are Gone, were succeeded, or have had no node row for long: {@link Leftovers}.
 *
 * <p>Of all routers of a pool one sweeps: they are a consumer group on the nodes topic, and whoever is assigned its first
 * partition leads. Two that think so at a time do no harm. It looks when {@code due} says so, and every half an hour.
 *
 * <p>One thread of its own; methods may be called by any.
 */
public final class Sweeper implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Sweeper.class);
    private static final Duration UNKNOWN_FOR = Duration.ofHours(1);
    private static final long EVERY_NANOS = Duration.ofMinutes(30).toNanos();
    private static final long APART_NANOS = Duration.ofSeconds(15).toNanos();
    private static final Duration POLL = Duration.ofMillis(500);
    private static final long RETRY_MILLIS = 5_000;

    private final KafkaClients clients;
    private final AdvertTopics topics;
    private final BooleanSupplier due;
    private final Leftovers leftovers = new Leftovers(UNKNOWN_FOR);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private long lookedAtNanos;
    private boolean looked;
    private volatile boolean leader;
    private volatile long swept;

    /**
     * A sweeper that does nothing until {@link #start}.
     *
     * @param due whether a holder is known to be Gone; asked often, by the sweeper's thread
     */
    public Sweeper(KafkaClients clients, AdvertTopics topics, BooleanSupplier due) {
        this.clients = clients;
        this.topics = topics;
        this.due = due;
        this.thread = Thread.ofPlatform().name("advert-sweeper").daemon().unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /** Whether this one of all routers sweeps. */
    public boolean leads() {
        return leader;
    }

    /** Block rows erased since the start. */
    public long swept() {
        return swept;
    }

    private void run() {
        try {
            while (closed.getCount() > 0) {
                join();
            }
        } catch (InterruptedException | InterruptException e) {
            LOG.debug("the sweeper was stopped");
        }
    }

    private void join() throws InterruptedException {
        try (var group = clients.groupConsumer(topics.nodes() + ".sweeper")) {
            group.subscribe(List.of(topics.nodes()));
            while (closed.getCount() > 0) {
                turn(group);
            }
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException | ExecutionException | TimeoutException e) {
            LOG.debugf("sweeping later: %s", e.getMessage());
            var over = closed.await(RETRY_MILLIS, TimeUnit.MILLISECONDS);
            LOG.debugf("trying again: %s", !over);
        } finally {
            leader = false;
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    private void turn(Consumer<byte[], byte[]> group)
            throws InterruptedException, ExecutionException, TimeoutException {
        // Nothing is read through the group: belonging to it is all.
        group.pause(group.assignment());
        var _ = group.poll(POLL);
        leader = group.assignment().contains(new TopicPartition(topics.nodes(), 0));
        if (!leader || !isTime()) {
            return;
        }
        looked = true;
        lookedAtNanos = System.nanoTime();
        int rows = new LogSweep(clients, topics, leftovers).sweep();
        swept += rows;
        if (rows > 0) {
            LOG.infof("swept %d rows of holders that are gone", rows);
        }
    }

    private boolean isTime() {
        long since = System.nanoTime() - lookedAtNanos;
        return !looked || since >= EVERY_NANOS || (since >= APART_NANOS && due.getAsBoolean());
    }

    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
