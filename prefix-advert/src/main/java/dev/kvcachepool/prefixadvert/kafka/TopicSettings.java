package dev.kvcachepool.prefixadvert.kafka;

import dev.kvcachepool.prefixadvert.publish.TablePair;
import dev.kvcachepool.prefixadvert.wire.AdvertTopics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Makes a pool's topics with the settings that the tables need, or verifies those that are there.
 *
 * @param partitions of either topic when made here; the number that a topic has already is kept
 * @param replication of a topic made here; −1 takes the cluster's default
 */
public record TopicSettings(int partitions, short replication) {
    /** Of topics that nobody has made yet: room for 16 M rows at 4 M a partition. */
    public static final int DEFAULT_PARTITIONS = 4;

    private static final long AGAIN_MILLIS = 50;

    /** Without these a table is not durable, or its readers cannot measure silence. */
    private static final Map<String, String> REQUIRED =
            Map.of("cleanup.policy", "compact", "message.timestamp.type", "LogAppendTime");

    private static final Map<String, String> DEFAULTS = Map.of(
            "segment.bytes", Integer.toString(64 << 20),
            "segment.ms", "600000",
            "min.cleanable.dirty.ratio", "0.2",
            "max.compaction.lag.ms", "900000",
            "delete.retention.ms", "86400000");

    /** Settings for a cluster of which nothing is known. */
    public static TopicSettings withPartitions(int partitions) {
        return new TopicSettings(partitions, (short) -1);
    }

    /** Of the topics of a pair. */
    public static TopicSettings of(TablePair pair) {
        return new TopicSettings(pair.partitions(), pair.replication());
    }

    /**
     * Makes the topics that are missing, then verifies both.
     *
     * @return what is wrong with a topic that was there before, one sentence; empty if all is well
     * @throws java.util.concurrent.TimeoutException if the broker does not answer within {@code timeout}
     */
    public Optional<String> ensure(Admin admin, AdvertTopics topics, Duration timeout)
            throws InterruptedException, ExecutionException, TimeoutException {
        make(admin, topics, timeout);
        return verify(admin, topics, timeout);
    }

    /**
     * Makes the topics that are missing. Asks for these two alone: a cluster may have thousands.
     *
     * @return their ids, by which a topic that was made anew is told from the one before; not that of one which somebody else is
     *     just making
     * @throws java.util.concurrent.TimeoutException if the broker does not answer within {@code timeout}
     */
    public Set<Uuid> make(Admin admin, AdvertTopics topics, Duration timeout)
            throws InterruptedException, ExecutionException, TimeoutException {
        var ids = new HashSet<Uuid>();
        var missing = new ArrayList<NewTopic>();
        for (var topic : admin.describeTopics(names(topics)).topicNameValues().entrySet()) {
            try {
                ids.add(topic.getValue()
                        .get(timeout.toMillis(), TimeUnit.MILLISECONDS)
                        .topicId());
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
                missing.add(topic(topic.getKey()));
            }
        }
        var created = admin.createTopics(missing);
        for (var topic : missing) {
            try {
                ids.add(created.topicId(topic.name()).get(timeout.toMillis(), TimeUnit.MILLISECONDS));
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw e;
                }
            }
        }
        return ids;
    }

    private static List<String> names(AdvertTopics topics) {
        return List.of(topics.nodes(), topics.blocks());
    }

    /** What topics are made with, but for partitions and replication. */
    public static Map<String, String> settings() {
        var settings = new HashMap<>(DEFAULTS);
        settings.putAll(REQUIRED);
        return Map.copyOf(settings);
    }

    private NewTopic topic(String name) {
        return new NewTopic(
                        name, Optional.of(partitions), replication < 0 ? Optional.empty() : Optional.of(replication))
                .configs(settings());
    }

    /** How long tombstones stay in each of the topics at the least: {@code delete.retention.ms}. */
    static Duration tombstonesStay(Admin admin, List<String> names, Duration timeout)
            throws InterruptedException, ExecutionException, TimeoutException {
        var shortest = configs(admin, names, timeout).values().stream()
                .map(topic -> topic.get("delete.retention.ms"))
                .filter(Objects::nonNull)
                .mapToLong(entry -> Long.parseLong(entry.value()))
                .min();
        return Duration.ofMillis(shortest.orElse(Long.parseLong(DEFAULTS.get("delete.retention.ms"))));
    }

    private static Map<ConfigResource, Config> configs(Admin admin, List<String> names, Duration timeout)
            throws InterruptedException, ExecutionException, TimeoutException {
        var resources = names.stream()
                .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                .toList();
        return admin.describeConfigs(resources).all().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** A broker hears of a topic a moment after it was made: until then it is asked again. */
    private static Map<ConfigResource, Config> configsOnceKnown(Admin admin, List<String> names, Duration timeout)
            throws InterruptedException, ExecutionException, TimeoutException {
        long end = System.nanoTime() + timeout.toNanos();
        while (true) {
            try {
                return configs(admin, names, timeout);
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException) || System.nanoTime() - end >= 0) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(AGAIN_MILLIS);
            }
        }
    }

    /**
     * Looks at topics that are there.
     *
     * @return what is wrong with them, one sentence; empty if all is well
     * @throws java.util.concurrent.TimeoutException if the broker does not answer within {@code timeout}
     */
    public static Optional<String> verify(Admin admin, AdvertTopics topics, Duration timeout)
            throws InterruptedException, ExecutionException, TimeoutException {
        var configs = configsOnceKnown(admin, names(topics), timeout);
        var wrong = configs.entrySet().stream()
                .flatMap(topic -> REQUIRED.entrySet().stream().flatMap(setting -> {
                    var entry = topic.getValue().get(setting.getKey());
                    var actual = entry == null ? "unknown" : entry.value();
                    return setting.getValue().equals(actual)
                            ? Stream.empty()
                            : Stream.of("topic " + topic.getKey().name() + " has " + setting.getKey() + "=" + actual
                                    + ", it must be " + setting.getValue());
                }))
                .sorted()
                .collect(Collectors.joining("; "));
        return wrong.isEmpty() ? Optional.empty() : Optional.of(wrong);
    }
}
