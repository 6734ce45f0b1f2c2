package dev.kvcachepool.bridges.lmcache;

import dev.kvcachepool.prefixadvert.kafka.KafkaClients;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jboss.logging.Logger;

/**
 * Reads a topic of cache events from its start and follows it. While the broker is away, or the topic is not there, it tries
 * again every second; when a place in it is gone, or it has got more partitions, it reads from the start again, where what was
 * taken in already is dropped by its number. A thread of its own.
 */
public final class CacheEventReader implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(CacheEventReader.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final long LOOK_NANOS = Duration.ofSeconds(30).toNanos();
    private static final long RETRY_MILLIS = 1_000;
    /** Unpacked at a time: a few KiB of a topic can be records of many MiB. */
    private static final int MOST_RECORDS = 16;
    /** Fetched at a time of each partition, as it lies in the topic. */
    private static final int MOST_BYTES = 1 << 20;

    private final KafkaClients clients;
    private final String topic;
    private final Consumer<byte[]> inbox;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private volatile String trouble = "not connected yet";

    /**
     * A reader that does nothing until {@link #start}.
     *
     * @param inbox takes each record's value, on the reader's thread
     */
    public CacheEventReader(KafkaClients clients, String topic, Consumer<byte[]> inbox) {
        this.clients = clients;
        this.topic = topic;
        this.inbox = inbox;
        this.thread = Thread.ofPlatform().name("cache-events").daemon().unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /** What keeps the reader from the topic, one sentence; empty when nothing does. */
    public String trouble() {
        return trouble;
    }

    private void run() {
        try {
            while (!isClosed()) {
                read();
            }
        } catch (InterruptedException | InterruptException e) {
            LOG.debug("a reader of cache events was stopped");
        }
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    private void read() throws InterruptedException {
        try (var consumer = clients.consumer(MOST_RECORDS, MOST_BYTES)) {
            var partitions = partitions(consumer);
            if (partitions.isEmpty()) {
                report("topic " + topic + " is not there");
                pause();
                return;
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            long lookedAt = System.nanoTime();
            while (!isClosed()) {
                for (var record : consumer.poll(POLL)) {
                    if (record.value() != null) {
                        inbox.accept(record.value());
                    }
                }
                trouble = "";
                if (System.nanoTime() - lookedAt >= LOOK_NANOS) {
                    lookedAt = System.nanoTime();
                    if (partitions(consumer).size() != partitions.size()) {
                        return;
                    }
                }
            }
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            report("cannot read topic " + topic + ": " + e.getMessage());
            pause();
        }
    }

    private List<TopicPartition> partitions(org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer) {
        return consumer.partitionsFor(topic).stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
    }

    private void pause() throws InterruptedException {
        var over = closed.await(RETRY_MILLIS, TimeUnit.MILLISECONDS);
        LOG.debugf("reading cache events again: %s", !over);
    }

    private void report(String message) {
        if (!message.equals(trouble)) {
            trouble = message;
            LOG.warn(message);
        }
    }

    /** Stops reading, within the time of one poll. */
    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException | InterruptException e) {
            Thread.currentThread().interrupt();
        }
    }
}
