package dev.kvcachepool.prefixadvert.kafka;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Utils;

/**
 * Kafka clients set for the advert tables.
 *
 * @param bootstrapServers {@code host:port[,host:port…]}
 * @param security further client settings, as TLS and SASL need them
 */
public record KafkaClients(String bootstrapServers, Map<String, String> security) {
    /** The most that a consumer gives at a time: few enough that they are decoded while they are in a core's cache. */
    static final int POLL_RECORDS = 5_000;

    public KafkaClients {
        security = Map.copyOf(security);
    }

    public static KafkaClients of(String bootstrapServers) {
        return new KafkaClients(bootstrapServers, Map.of());
    }

    /** The partition, of {@code partitions}, in which all rows of the holder stay: murmur2 of its id. */
    public static int partition(byte[] holderId, int partitions) {
        return Utils.toPositive(Utils.murmur2(holderId)) % partitions;
    }

    private Map<String, Object> common() {
        var settings = new HashMap<String, Object>(security);
        settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        settings.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
        settings.put(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000);
        // A broker that is away is asked again at most every second, by each client; the default spins.
        settings.put(CommonClientConfigs.METADATA_RECOVERY_STRATEGY_CONFIG, "none");
        settings.put(CommonClientConfigs.RECONNECT_BACKOFF_MS_CONFIG, 100);
        settings.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);
        settings.put(CommonClientConfigs.RETRY_BACKOFF_MS_CONFIG, 100);
        settings.put(CommonClientConfigs.RETRY_BACKOFF_MAX_MS_CONFIG, 1_000);
        settings.put(CommonClientConfigs.METADATA_MAX_AGE_CONFIG, 30_000);
        return settings;
    }

    public Admin admin() {
        return Admin.create(common());
    }

    /** Idempotent, acks=all, zstd; a send fails after 15 s rather than the default two minutes: state is sent anew. */
    public Producer<byte[], byte[]> producer() {
        var settings = common();
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "zstd");
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, 256 << 10);
        settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 8L << 20);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 1_000);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 15_000);
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Of no group: partitions are assigned by hand; an offset that is gone is an error, never skipped in silence. */
    public Consumer<byte[], byte[]> consumer() {
        return consumer(POLL_RECORDS, 8 << 20);
    }

    /**
     * As {@link #consumer()}, for topics whose records may be long: what is read ahead is compressed, what is handed out is not.
     *
     * @param mostRecords handed out at a time, and so unpacked at a time
     * @param mostBytes of a partition that are fetched at a time, as they lie in the topic; a single batch may have more
     */
    public Consumer<byte[], byte[]> consumer(int mostRecords, int mostBytes) {
        var settings = common();
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, mostRecords);
        settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, mostBytes);
        settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 100);
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** Of a group, to be one of it: what it is assigned counts, not what it reads. */
    Consumer<byte[], byte[]> groupConsumer(String group) {
        var settings = common();
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    static TopicPartition own(String topic, byte[] holderId, int partitions) {
        return new TopicPartition(topic, partition(holderId, partitions));
    }
}
