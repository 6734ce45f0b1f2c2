package dev.kvcachepool.prefixadvert.simulation;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * An idempotent producer: what it sends to a partition is appended in order and once, however often it is tried; until it
 * is acknowledged nobody knows whether it was. Records of a producer that is gone may still be under way.
 */
public final class SimulatedProducer extends MockProducer<byte[], byte[]> {
    private static final Comparator<TopicPartition> ORDER =
            Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition);

    /** As {@code delivery.timeout.ms} of the product's producers. */
    private static final Duration DELIVERY = Duration.ofSeconds(15);

    private final SimulatedBroker broker;
    private final Random random;
    private final Map<TopicPartition, ArrayDeque<Sent>> queues = new TreeMap<>(ORDER);
    private boolean gone;
    private long goneAtNanos;

    private static final class Sent {
        final ProducerRecord<byte[], byte[]> record;
        final Callback callback;

        @Nullable
        SimulatedLog log;

        long offset;

        Sent(ProducerRecord<byte[], byte[]> record, Callback callback) {
            this.record = record;
            this.callback = callback;
        }
    }

    SimulatedProducer(SimulatedBroker broker, Random random) {
        this.broker = broker;
        this.random = random;
    }

    @Override
    public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
        if (gone) {
            throw new IllegalStateException("the producer is closed");
        }
        if (!broker.isUp() && random.nextInt(10) == 0) {
            throw new TimeoutException("no room in the buffer");
        }
        queues.computeIfAbsent(
                        new TopicPartition(record.topic(), Objects.requireNonNull(record.partition())),
                        partition -> new ArrayDeque<>())
                .add(new Sent(record, callback));
        return new CompletableFuture<>();
    }

    /** The process ends, or closes its producer: some of what is under way arrives nevertheless, unheard. */
    @Override
    public synchronized void close(Duration timeout) {
        gone = true;
        goneAtNanos = broker.time().nanoTime();
        queues.values().forEach(queue -> {
            int left = random.nextInt(queue.size() + 1);
            while (queue.size() > left) {
                queue.removeLast();
            }
        });
    }

    boolean isDone() {
        return gone && queues.values().stream().allMatch(ArrayDeque::isEmpty);
    }

    /** A leader lost what was not committed: it is sent again. */
    void retry(SimulatedLog log) {
        queues.getOrDefault(log.name, new ArrayDeque<>()).stream()
                .filter(sent -> log.equals(sent.log) && sent.offset >= log.end())
                .forEach(sent -> sent.log = null);
    }

    /** The topic is no more: what was not acknowledged goes to the next of its name. */
    void forget(String topic) {
        queues.forEach((partition, queue) -> {
            if (partition.topic().equals(topic)) {
                queue.forEach(sent -> sent.log = null);
            }
        });
    }

    void work(boolean faults) {
        if (gone && broker.time().nanoTime() - goneAtNanos > DELIVERY.toNanos()) {
            queues.clear();
        }
        for (var queue : new ArrayList<>(queues.values())) {
            int appended = faults ? random.nextInt(queue.size() + 1) : queue.size();
            append(queue, appended);
            if (!faults || random.nextBoolean()) {
                acknowledge(queue, faults);
            }
            if (faults && random.nextInt(12) == 0) {
                expire(queue);
            }
        }
    }

    private void append(ArrayDeque<Sent> queue, int most) {
        int left = most;
        for (var sent : List.copyOf(queue)) {
            var log = broker.log(new TopicPartition(sent.record.topic(), sent.record.partition()));
            if (left == 0 || log == null || !broker.isUp()) {
                return;
            }
            if (sent.log == null) {
                sent.offset = log.append(
                        sent.record.key(),
                        sent.record.value(),
                        broker.time().now().toEpochMilli());
                sent.log = log;
                left--;
            }
        }
    }

    private void acknowledge(ArrayDeque<Sent> queue, boolean faults) {
        var first = queue.peek();
        if (first == null || first.log == null || !broker.isUp()) {
            return;
        }
        first.log.commit();
        int left = faults ? random.nextInt(queue.size() + 1) : queue.size();
        for (; left > 0 && !queue.isEmpty() && queue.peek().log != null; left--) {
            var sent = queue.remove();
            var partition = new TopicPartition(sent.record.topic(), sent.record.partition());
            tell(sent, new RecordMetadata(partition, sent.offset, 0, 0, 0, 0), null);
        }
    }

    /** The oldest has waited for too long; it may have arrived all the same. */
    private void expire(ArrayDeque<Sent> queue) {
        var sent = queue.poll();
        if (sent != null) {
            tell(sent, null, new TimeoutException("no answer in time"));
        }
    }

    private void tell(Sent sent, @Nullable RecordMetadata metadata, @Nullable Exception error) {
        if (!gone) {
            sent.callback.onCompletion(metadata, error);
        }
    }
}
