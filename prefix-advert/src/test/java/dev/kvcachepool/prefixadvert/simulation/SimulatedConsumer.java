package dev.kvcachepool.prefixadvert.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A consumer of no group with {@code auto.offset.reset=none}. As Kafka's own it goes on reading in silence when a topic was
 * made anew and has its offset, and fails when the offset is not there, or what was read before it was truncated away.
 */
public final class SimulatedConsumer extends MockConsumer<byte[], byte[]> {
    private static final Comparator<TopicPartition> ORDER =
            Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition);
    private static final long BEGINNING = -1;

    private final SimulatedBroker broker;
    private final Random random;
    private final Map<TopicPartition, Place> places = new TreeMap<>(ORDER);

    /**
     * Where reading goes on.
     *
     * @param log that was read last; null before
     */
    private record Place(long offset, @Nullable SimulatedLog log, int epoch) {}

    SimulatedConsumer(SimulatedBroker broker, Random random) {
        super("none");
        this.broker = broker;
        this.random = random;
    }

    @Override
    public synchronized Set<TopicPartition> assignment() {
        return Set.copyOf(places.keySet());
    }

    @Override
    public synchronized void assign(Collection<TopicPartition> partitions) {
        places.keySet().retainAll(Set.copyOf(partitions));
        partitions.forEach(partition -> places.putIfAbsent(partition, new Place(BEGINNING, null, -1)));
    }

    @Override
    public synchronized void seekToBeginning(Collection<TopicPartition> partitions) {
        partitions.forEach(partition -> places.put(partition, new Place(BEGINNING, null, -1)));
    }

    @Override
    public synchronized void seek(TopicPartition partition, long offset) {
        places.put(partition, new Place(offset, null, Integer.MAX_VALUE));
    }

    @Override
    public synchronized long position(TopicPartition partition) {
        return checked(partition).offset();
    }

    @Override
    public synchronized long position(TopicPartition partition, Duration timeout) {
        return position(partition);
    }

    /** The place, if the log there still has it. */
    private Place checked(TopicPartition partition) {
        var place = places.get(partition);
        var log = broker.log(partition);
        if (place == null) {
            throw new IllegalStateException(partition + " is not assigned");
        }
        if (log == null || !broker.isUp()) {
            return place;
        }
        if (place.offset() == BEGINNING) {
            place = new Place(log.start(), log, log.epoch());
            places.put(partition, place);
        }
        if (place.offset() < log.start() || place.offset() > log.end()) {
            throw new OffsetOutOfRangeException(Map.of(partition, place.offset()));
        }
        if (log.equals(place.log()) && log.isCutBelow(place.offset(), place.epoch())) {
            throw new LogTruncationException(Map.of(partition, place.offset()), Map.of());
        }
        return place;
    }

    @Override
    public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        var got = new HashMap<TopicPartition, List<ConsumerRecord<byte[], byte[]>>>();
        for (var partition : List.copyOf(places.keySet())) {
            var log = broker.log(partition);
            if (log == null || !broker.isUp() || random.nextInt(4) == 0) {
                continue;
            }
            int most = 1 + random.nextInt(20);
            var place = checked(partition);
            var some = new ArrayList<>(log.read(place.offset(), most));
            long next = some.size() < most ? log.end() : some.getLast().offset() + 1;
            places.put(partition, new Place(next, log, log.epoch()));
            if (!some.isEmpty()) {
                got.put(partition, some);
            }
        }
        if (got.isEmpty() && !timeout.isZero()) {
            broker.await(timeout);
        }
        return new ConsumerRecords<>(got, Map.of());
    }

    @Override
    public void close() {
        places.clear();
    }
}
