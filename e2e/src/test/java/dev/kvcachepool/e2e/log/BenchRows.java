package dev.kvcachepool.e2e.log;

import dev.kvcachepool.prefixadvert.kafka.KafkaClients;
import dev.kvcachepool.prefixadvert.wire.AdvertKey;
import dev.kvcachepool.prefixadvert.wire.AdvertTopics;
import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.BlockId;
import dev.kvcachepool.prefixadvert.wire.BlockRow;
import dev.kvcachepool.prefixadvert.wire.BlockRowCodec;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import dev.kvcachepool.prefixadvert.wire.NodeRow;
import dev.kvcachepool.prefixadvert.wire.NodeRowCodec;
import dev.kvcachepool.prefixadvert.wire.NodeState;
import dev.kvcachepool.prefixadvert.wire.RankSet;
import dev.kvcachepool.prefixadvert.wire.Tier;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The rows of 64 holders, numbered; each number is one block at one holder, with a hash like any. */
final class BenchRows {
    static final Namespace NAMESPACE = Namespace.of("bench", "lmcache-blake3", new byte[0]);
    private static final long INCARNATION = 1;
    private static final int PACED_TOGETHER = 1_000;
    private static final List<HolderId> HOLDERS = IntStream.range(0, 64)
            .mapToObj(number -> new HolderId("holder-" + number))
            .toList();

    private final AdvertTopics topics;
    private final int partitions;
    private final long[] hashes = HOLDERS.stream().mapToLong(HolderId::hash).toArray();
    private final int[] places;

    BenchRows(AdvertTopics topics, int partitions) {
        this.topics = topics;
        this.partitions = partitions;
        this.places = HOLDERS.stream().mapToInt(this::place).toArray();
    }

    private int place(HolderId holder) {
        return KafkaClients.partition(holder.value().getBytes(StandardCharsets.UTF_8), partitions);
    }

    void nodes(KafkaClients clients) {
        HOLDERS.forEach(holder -> node(clients, topics, place(holder), holder, INCARNATION));
    }

    static void node(KafkaClients clients, AdvertTopics topics, int partition, HolderId holder, long incarnation) {
        var row = new NodeRow(
                holder,
                NodeRow.Kind.CACHE_NODE,
                "bench",
                incarnation,
                NodeState.SERVING,
                Map.of(),
                "",
                "",
                "",
                List.of(),
                List.of());
        try (var producer = clients.producer()) {
            var _ = producer.send(new ProducerRecord<>(
                    topics.nodes(), partition, new AdvertKey.Node(holder).toBytes(), NodeRowCodec.encode(row)));
            producer.flush();
        }
    }

    static BlockRow row() {
        return BlockRow.flat(Tier.HOST.mask(), 1, RankSet.SINGLE, 32 << 20, 256, System.currentTimeMillis() * 1_000);
    }

    /** Writes rows {@code from} to {@code to} as fast as one producer can; returns once they are durable. */
    void write(KafkaClients clients, int from, int to) {
        write(clients, from, to, Integer.MAX_VALUE);
    }

    /** The same, no more than {@code perSecond}. */
    void write(KafkaClients clients, int from, int to, int perSecond) {
        var failure = new AtomicReference<Exception>();
        long begin = System.nanoTime();
        try (var producer = clients.producer()) {
            for (int number = from; number < to; number++) {
                if (number % PACED_TOGETHER == 0) {
                    long due = begin + (long) ((number - from) * 1e9 / perSecond);
                    LockSupport.parkNanos(due - System.nanoTime());
                }
                int holder = number % HOLDERS.size();
                long hash = (number + 1) * 0x9E3779B97F4A7C15L;
                var block = new BlockId(NAMESPACE, new BlockHash(hash ^ (hash >>> 32), Long.rotateLeft(hash, 17)));
                var key = new AdvertKey.Block(hashes[holder], INCARNATION, block).toBytes();
                var _ = producer.send(
                        new ProducerRecord<>(topics.blocks(), places[holder], key, BlockRowCodec.encode(row())),
                        (metadata, error) -> {
                            if (error != null) {
                                failure.set(error);
                            }
                        });
            }
            producer.flush();
        }
        if (failure.get() != null) {
            throw new IllegalStateException("a row did not arrive", failure.get());
        }
    }
}
