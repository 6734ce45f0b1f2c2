package dev.kvcachepool.e2e.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvcachepool.e2e.Fixture;
import dev.kvcachepool.prefixadvert.index.FlatPrefixIndex;
import dev.kvcachepool.prefixadvert.kafka.AdvertReader;
import dev.kvcachepool.prefixadvert.kafka.HolderClaim;
import dev.kvcachepool.prefixadvert.kafka.KafkaClients;
import dev.kvcachepool.prefixadvert.kafka.TopicSettings;
import dev.kvcachepool.prefixadvert.publish.AdvertPublisher;
import dev.kvcachepool.prefixadvert.wire.AdvertTopics;
import dev.kvcachepool.prefixadvert.wire.HolderId;
import java.nio.file.Files;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * How long a router needs to read a large blocks topic, 30 % of it rows written a second time, while the broker compacts them and
 * once it has; then from stored to visible, one block at a time: alone, while another producer writes at a pace, and while it
 * writes as fast as it can. {@code make bench-log}; writes {@code
 * target/bench/log.json}. What is read is compared, timings are reported and never judged.
 */
@Tag("bench")
class AdvertLogBench {
    private static final int ROWS = Integer.getInteger("bench.rows", 10_000_000);
    private static final int TAIL = ROWS / 10 * 3;
    private static final int WRITTEN_MEANWHILE = Math.min(ROWS, 1_000_000);
    private static final int PARTITIONS = 4;
    /** Rows a second, which leave two cores some time. */
    private static final int PACE = 300_000;
    /** Of processor time in a second: a broker that compacts takes twice as much, one that does not less. */
    private static final long AT_REST_MILLIS = 500;

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration IDLE = Duration.ofSeconds(5);
    private static final HolderId PROBE = new HolderId("probe");

    private final AdvertTopics topics = AdvertTopics.ofPool("bench");

    @Test
    void readyAndVisible() throws Exception {
        try (var broker = BrokerProcess.start(Fixture.work("bench-log"))) {
            var clients = KafkaClients.of(broker.address());
            try (var admin = clients.admin()) {
                TopicSettings.withPartitions(PARTITIONS).ensure(admin, topics, Duration.ofSeconds(30));
            }
            var result = new LinkedHashMap<String, Object>();
            var rows = new BenchRows(topics, PARTITIONS);
            long begin = System.nanoTime();
            rows.nodes(clients);
            rows.write(clients, 0, ROWS);
            rows.write(clients, ROWS - TAIL, ROWS);
            result.put("rows", ROWS);
            result.put("rewritten", TAIL);
            result.put("writeSeconds", seconds(begin));

            var before = broker.cpu();
            try (var reader = reader(clients)) {
                result.put("readySeconds", readySeconds(reader));
                result.put(
                        "brokerCpuSecondsMeanwhile", broker.cpu().minus(before).toMillis() / 1e3);
            }
            atRest(broker);
            try (var reader = reader(clients)) {
                result.put("readyAgainAtRestSeconds", readySeconds(reader));
                result.put("visible", visible(clients, reader, rows));
            }
            report(result);
        }
    }

    private AdvertReader reader(KafkaClients clients) {
        return new AdvertReader(
                clients,
                topics,
                TopicSettings.withPartitions(PARTITIONS),
                FlatPrefixIndex::new,
                InstantSource.system());
    }

    private static double readySeconds(AdvertReader reader) {
        long begin = System.nanoTime();
        reader.start();
        await().pollInterval(Duration.ofMillis(5)).atMost(PATIENCE).until(reader::ready);
        double taken = seconds(begin);
        assertThat(reader.index().pairs()).isEqualTo(ROWS);
        return taken;
    }

    /** What was written makes the broker compact, which takes one core for as long as the first reader reads. */
    private static void atRest(BrokerProcess broker) {
        var before = new AtomicReference<>(Duration.ZERO);
        await().pollInterval(Duration.ofSeconds(1)).atMost(PATIENCE).until(() -> {
            var now = broker.cpu();
            return now.minus(before.getAndSet(now)).toMillis() < AT_REST_MILLIS;
        });
    }

    private Map<String, Object> visible(KafkaClients clients, AdvertReader reader, BenchRows rows) throws Exception {
        try (var claim = new HolderClaim(clients, topics, PROBE, InstantSource.system());
                var sink = claim.blockSink(clients);
                var publisher =
                        new AdvertPublisher(PROBE, claim.incarnation(), block -> BenchRows.row(), sink, () -> true)) {
            BenchRows.node(clients, topics, claim.nodesPartition(), PROBE, claim.incarnation());
            publisher.start();
            await().atMost(PATIENCE).until(() -> reader.holder(PROBE).isPresent());
            int slot = reader.holder(PROBE).orElseThrow().slot();
            var probe = new VisibleProbe(reader, publisher, slot);
            var idle = probe.until(CompletableFuture.runAsync(() -> LockSupport.parkNanos(IDLE.toNanos())));
            int end = ROWS + WRITTEN_MEANWHILE;
            var paced = probe.until(CompletableFuture.runAsync(() -> rows.write(clients, ROWS, end, PACE)));
            var loaded = probe.until(CompletableFuture.runAsync(() -> rows.write(clients, ROWS, end)));
            return Map.of(
                    "idle",
                    idle,
                    "writtenMeanwhile",
                    WRITTEN_MEANWHILE,
                    "pace",
                    PACE,
                    "paced",
                    paced,
                    "loaded",
                    loaded);
        }
    }

    private static double seconds(long begin) {
        return (System.nanoTime() - begin) / 1e9;
    }

    private static void report(Map<String, Object> result) throws Exception {
        var file = Fixture.ROOT.resolve("target/bench/log.json");
        Files.createDirectories(file.getParent());
        new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(file.toFile(), result);
    }
}
