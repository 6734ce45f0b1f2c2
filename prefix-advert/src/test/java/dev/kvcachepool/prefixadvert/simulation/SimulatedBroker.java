package dev.kvcachepool.prefixadvert.simulation;

import dev.kvcachepool.prefixadvert.wire.AdvertTopics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/** A cluster with both advert topics, and all that can happen to it. */
public final class SimulatedBroker {
    static final Duration RETENTION = Duration.ofSeconds(60);

    private final Random random;
    private final SimulatedTime time;
    private final Map<String, Topic> topics = new TreeMap<>();
    private final List<SimulatedProducer> producers = new ArrayList<>();
    private final Runnable meanwhile;
    private boolean up = true;

    /**
     * One topic.
     *
     * @param id another one each time that it is made
     * @param logs one a partition
     */
    public record Topic(Uuid id, List<SimulatedLog> logs) {}

    /**
     * A cluster without topics.
     *
     * @param meanwhile what goes on in the world while a client waits
     */
    SimulatedBroker(Random random, SimulatedTime time, Runnable meanwhile) {
        this.random = random;
        this.time = time;
        this.meanwhile = meanwhile;
    }

    public SimulatedTime time() {
        return time;
    }

    public Random random() {
        return random;
    }

    public boolean isUp() {
        return up;
    }

    void up(boolean now) {
        up = now;
    }

    /** How long tombstones stay. */
    public Duration retention() {
        return RETENTION;
    }

    public Map<String, Topic> topics() {
        return topics;
    }

    /** Makes the topics that are missing. */
    public void ensure(AdvertTopics names, int partitions) {
        for (var name : List.of(names.nodes(), names.blocks())) {
            if (up && !topics.containsKey(name)) {
                topics.put(
                        name,
                        new Topic(
                                new Uuid(random.nextLong(), random.nextLong()),
                                logs(name, new ArrayList<>(), partitions)));
            }
        }
    }

    private static List<SimulatedLog> logs(String topic, List<SimulatedLog> some, int partitions) {
        for (int number = some.size(); number < partitions; number++) {
            some.add(new SimulatedLog(new TopicPartition(topic, number)));
        }
        return some;
    }

    void delete(String topic) {
        topics.remove(topic);
        producers.forEach(producer -> producer.forget(topic));
    }

    void grow() {
        topics.forEach((name, topic) -> logs(name, topic.logs(), topic.logs().size() + 1));
    }

    /** Another leader for a partition; see {@link SimulatedLog#elect}. */
    void elect(int most) {
        anyLog().ifPresent(log -> {
            log.elect(most);
            producers.forEach(producer -> producer.retry(log));
        });
    }

    void empty() {
        anyLog().ifPresent(SimulatedLog::empty);
    }

    /** The cleaner has caught up. */
    void compactAll() {
        topics.values().stream()
                .flatMap(topic -> topic.logs().stream())
                .forEach(log -> log.compact(log.end(), time.now().toEpochMilli(), RETENTION.toMillis()));
    }

    void compact() {
        anyLog().ifPresent(log -> log.compact(
                log.start() + random.nextLong(log.end() - log.start() + 1),
                time.now().toEpochMilli(),
                RETENTION.toMillis()));
    }

    private java.util.Optional<SimulatedLog> anyLog() {
        var all =
                topics.values().stream().flatMap(topic -> topic.logs().stream()).toList();
        return all.isEmpty() ? java.util.Optional.empty() : java.util.Optional.of(all.get(random.nextInt(all.size())));
    }

    /** The partition's log, null where there is none. */
    @Nullable
    SimulatedLog log(TopicPartition partition) {
        var topic = topics.get(partition.topic());
        return topic == null || partition.partition() >= topic.logs().size()
                ? null
                : topic.logs().get(partition.partition());
    }

    /** A client waits. */
    public void await(Duration wait) {
        time.pass(wait);
        meanwhile.run();
    }

    public SimulatedConsumer consumer() {
        return new SimulatedConsumer(this, random);
    }

    public SimulatedProducer producer() {
        var producer = new SimulatedProducer(this, random);
        producers.add(producer);
        return producer;
    }

    /** Something happens to what producers have under way. */
    public void work(boolean faults) {
        producers.removeIf(SimulatedProducer::isDone);
        for (var producer : List.copyOf(producers)) {
            if (!faults || random.nextBoolean()) {
                producer.work(faults);
            }
        }
        if (!faults && up) {
            // In peace every replica catches up by itself, also with what nobody waits for any more.
            topics.values().forEach(topic -> topic.logs().forEach(SimulatedLog::commit));
        }
    }
}
