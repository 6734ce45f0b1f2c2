package dev.kvcachepool.e2e.outage;

import static org.awaitility.Awaitility.await;

import dev.kvcachepool.prefixadvert.kafka.TopicSettings;
import dev.kvcachepool.prefixadvert.wire.AdvertKey;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.MalformedAdvertException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;

/** What an administrator does to a pool's topics. */
final class Topics {
    private final Scene scene;

    Topics(Scene scene) {
        this.scene = scene;
    }

    List<String> both() {
        return List.of(scene.topics().nodes(), scene.topics().blocks());
    }

    /** Deletes topics and waits until they are gone. */
    void delete(List<String> names) throws Exception {
        try (var admin = scene.admin()) {
            admin.deleteTopics(names).all().get(30, TimeUnit.SECONDS);
            await().atMost(Oracle.PATIENCE)
                    .until(() -> admin.listTopics().names().get(30, TimeUnit.SECONDS).stream()
                            .noneMatch(names::contains));
        }
    }

    /** Makes those that are missing; a topic just made may not be known everywhere yet, so it is verified until it is. */
    void create(int partitions) {
        try (var admin = scene.admin()) {
            await().atMost(Oracle.PATIENCE)
                    .ignoreExceptions()
                    .until(() -> TopicSettings.withPartitions(partitions)
                            .ensure(admin, scene.topics(), Duration.ofSeconds(30))
                            .isEmpty());
        }
    }

    boolean exist() throws Exception {
        try (var admin = scene.admin()) {
            return admin.listTopics().names().get(30, TimeUnit.SECONDS).containsAll(both());
        }
    }

    int partitions() throws Exception {
        try (var admin = scene.admin()) {
            return admin.describeTopics(both())
                    .allTopicNames()
                    .get(30, TimeUnit.SECONDS)
                    .get(scene.topics().blocks())
                    .partitions()
                    .size();
        }
    }

    void grow(int partitions) throws Exception {
        try (var admin = scene.admin()) {
            admin.createPartitions(both().stream()
                            .collect(Collectors.toMap(
                                    Function.identity(), name -> NewPartitions.increaseTo(partitions))))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
    }

    void set(Map<String, String> settings) throws Exception {
        configure(settings, AlterConfigOp.OpType.SET);
    }

    /** Back to what the broker takes where nothing is set. */
    void unset(Map<String, String> settings) throws Exception {
        configure(settings, AlterConfigOp.OpType.DELETE);
    }

    private void configure(Map<String, String> settings, AlterConfigOp.OpType type) throws Exception {
        var operations = settings.entrySet().stream()
                .map(setting -> new AlterConfigOp(new ConfigEntry(setting.getKey(), setting.getValue()), type))
                .toList();
        Map<ConfigResource, Collection<AlterConfigOp>> changes = both().stream()
                .collect(Collectors.toMap(
                        name -> new ConfigResource(ConfigResource.Type.TOPIC, name), name -> operations));
        try (var admin = scene.admin()) {
            admin.incrementalAlterConfigs(changes).all().get(30, TimeUnit.SECONDS);
        }
    }

    /** How many records of the blocks topic there are now, and how many there ever were. */
    Size size() {
        var there = new AtomicLong();
        long offsets = read(message -> there.incrementAndGet());
        return new Size(there.get(), offsets);
    }

    record Size(long records, long offsets) {}

    /** Whether the blocks topic has a record, a tombstone even, that one incarnation of a node wrote for these chunks. */
    boolean mention(long incarnation, Set<Chunk> chunks) {
        var wanted = chunks.stream().map(chunk -> BlockHash.ofHex(chunk.hash())).collect(Collectors.toSet());
        var found = new AtomicBoolean();
        long _ = read(message -> {
            var key = key(message.key());
            if (key.incarnation() == incarnation && wanted.contains(key.block().hash())) {
                found.set(true);
            }
        });
        return found.get();
    }

    private static AdvertKey.Block key(byte[] bytes) {
        try {
            return (AdvertKey.Block) AdvertKey.parse(bytes);
        } catch (MalformedAdvertException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Reads the blocks topic from its start; the sum of its end offsets. */
    private long read(Consumer<ConsumerRecord<byte[], byte[]>> each) {
        try (var consumer = scene.kafka().consumer()) {
            var partitions = consumer.partitionsFor(scene.topics().blocks()).stream()
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(200)).forEach(each);
            }
            return ends.values().stream().mapToLong(Long::longValue).sum();
        }
    }
}
