package dev.kvcachepool.bridges.lmcache;

import dev.kvcachepool.bridges.lmcache.CacheEvent.Change;
import dev.kvcachepool.bridges.lmcache.CacheEvent.Level;
import dev.kvcachepool.bridges.lmcache.KeySource.State;
import dev.kvcachepool.prefixadvert.kafka.KafkaClients;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jboss.logging.Logger;

/**
 * Says in LMCache's topic what a cache-node holds, as LMCache's instances say it of theirs: an event a record, keyed by the
 * instance's name, numbered from 1 on in each incarnation.
 *
 * <p>State, not a queue of events:
 *
 * <ol>
 *   <li>An incarnation begins with the tier's capacity, then all that is held.
 *   <li>Then what has changed is said as it is when it is said, a key once however often it changed.
 *   <li>When an event's fate is unknown, more has changed than the source notes, or everything was removed at once, the next
 *       incarnation begins: consumers forget what the last one said. So nothing is missing, and nothing is queued.
 *   <li>The last word of a process that ends is an incarnation that holds nothing.
 * </ol>
 *
 * <p>A thread of its own, which is the only one that numbers and sends.
 */
public final class CacheEventPublisher implements AutoCloseable {
    /** Ends in the instance's name, since a backend that is shared is one for all who report it. */
    static final String BACKEND = "kvcachepool/";

    /** Of a record, which the longest names make half a MiB of. */
    private static final int MOST_ENTRIES = 128;
    /** Of keys between two looks at whether the broker has them. */
    private static final int ROUND = 1024;

    private static final Logger LOG = Logger.getLogger(CacheEventPublisher.class);
    private static final Duration REST = Duration.ofMillis(100);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration MOST_WAIT = Duration.ofSeconds(20);
    private static final Duration CLOSING = Duration.ofSeconds(5);

    private final Supplier<Producer<byte[], byte[]>> producers;
    private final String topic;
    private final String instance;
    private final long capacityBytes;
    private final KeySource source;
    private final InstantSource clock;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread =
            Thread.ofPlatform().name("cache-events-out").daemon().unstarted(this::run);
    private final LongAdder stores = new LongAdder();
    private final LongAdder deletes = new LongAdder();
    private final LongAdder incarnations = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private volatile boolean publishing;
    private String trouble = "";
    private long incarnation;
    private long sequence;

    /**
     * A publisher that does nothing until {@link #start}.
     *
     * @param instance its name in the events
     * @param capacityBytes of the memory that the events speak of
     */
    public CacheEventPublisher(
            KafkaClients clients, String topic, String instance, long capacityBytes, KeySource source) {
        this(clients::producer, topic, instance, capacityBytes, source, InstantSource.system());
    }

    CacheEventPublisher(
            Supplier<Producer<byte[], byte[]>> producers,
            String topic,
            String instance,
            long capacityBytes,
            KeySource source,
            InstantSource clock) {
        this.producers = producers;
        this.topic = topic;
        this.instance = instance;
        this.capacityBytes = capacityBytes;
        this.source = source;
        this.clock = clock;
    }

    public void start() {
        thread.start();
    }

    public CacheEventsOutStats stats() {
        return new CacheEventsOutStats(
                publishing ? 1 : 0, stores.sum(), deletes.sum(), source.leftOut(), incarnations.sum(), failures.sum());
    }

    private void run() {
        try {
            while (!isClosed()) {
                attempt(this::live);
            }
            source.end();
            attempt(this::begin);
        } catch (InterruptedException | InterruptException e) {
            LOG.debug("a publisher of cache events was stopped");
        }
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    /** Something that sends. */
    private interface Work {
        void with(Producer<byte[], byte[]> producer) throws InterruptedException, ExecutionException, TimeoutException;
    }

    private void attempt(Work work) throws InterruptedException {
        try (var producer = producers.get()) {
            work.with(producer);
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException | ExecutionException | TimeoutException e) {
            failures.increment();
            report("cannot write to topic " + topic + ": " + e.getMessage());
            var over = closed.await(RETRY.toMillis(), TimeUnit.MILLISECONDS);
            LOG.debugf("publishing cache events again: %s", !over);
        } finally {
            publishing = false;
        }
    }

    private void report(String message) {
        if (!message.equals(trouble)) {
            trouble = message;
            LOG.warn(message);
        }
    }

    private void live(Producer<byte[], byte[]> producer)
            throws InterruptedException, ExecutionException, TimeoutException {
        source.restart();
        begin(producer);
        long cursor = 0;
        do {
            var page = source.held(cursor, ROUND);
            say(producer, page.keys());
            cursor = page.next();
        } while (cursor != 0 && !isClosed());
        publishing = true;
        trouble = "";
        while (!isClosed()) {
            var changed = source.changed(ROUND);
            if (changed == null) {
                return;
            }
            say(producer, changed);
            if (changed.isEmpty() && closed.await(REST.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        }
    }

    /** Another incarnation, of which nothing is known yet but what it has room for. */
    private void begin(Producer<byte[], byte[]> producer)
            throws InterruptedException, ExecutionException, TimeoutException {
        var now = clock.instant();
        incarnation = Math.max(incarnation + 1, now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000);
        sequence = 0;
        incarnations.increment();
        await(List.of(send(producer, Change.CONFIG, List.of())));
    }

    private void say(Producer<byte[], byte[]> producer, List<State> keys)
            throws InterruptedException, ExecutionException, TimeoutException {
        var stored = keys.stream().filter(State::isHeld).toList();
        var deleted = keys.stream().filter(state -> !state.isHeld()).toList();
        var sent = new ArrayList<Future<?>>();
        sent.addAll(sendAll(producer, Change.STORE, stored));
        sent.addAll(sendAll(producer, Change.DELETE, deleted));
        await(sent);
        stores.add(stored.size());
        deletes.add(deleted.size());
    }

    private List<Future<?>> sendAll(Producer<byte[], byte[]> producer, Change type, List<State> keys) {
        var sent = new ArrayList<Future<?>>();
        for (int start = 0; start < keys.size(); start += MOST_ENTRIES) {
            sent.add(send(producer, type, keys.subList(start, Math.min(keys.size(), start + MOST_ENTRIES))));
        }
        return sent;
    }

    private Future<?> send(Producer<byte[], byte[]> producer, Change type, List<State> keys) {
        var entries = keys.stream()
                .map(state -> new CacheEntry(state.key(), Math.max(0, state.bytes()), new int[0], -1))
                .toList();
        boolean isConfig = type == Change.CONFIG;
        var event = new CacheEvent(
                instance,
                incarnation,
                ++sequence,
                type,
                // Memory in LMCache's sense: what a higher incarnation voids.
                Level.L1,
                BACKEND + instance,
                entries,
                true,
                clock.millis() / 1e3,
                isConfig ? capacityBytes : -1,
                isConfig ? 1 : -1);
        return producer.send(new ProducerRecord<>(
                topic, instance.getBytes(StandardCharsets.UTF_8), CacheEventJson.encode(List.of(event))));
    }

    private static void await(List<? extends Future<?>> sent)
            throws InterruptedException, ExecutionException, TimeoutException {
        for (var each : sent) {
            each.get(MOST_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Says that nothing is held any more, as far as the broker takes that in time. */
    @Override
    public void close() {
        closed.countDown();
        try {
            boolean ended = thread.join(CLOSING);
            LOG.debugf("a publisher of cache events has ended: %s", ended);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
