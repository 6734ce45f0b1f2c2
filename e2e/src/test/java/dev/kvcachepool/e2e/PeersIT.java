package dev.kvcachepool.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kvcachepool.e2e.observe.Scrape;
import dev.kvcachepool.e2e.process.Program;
import dev.kvcachepool.prefixadvert.kafka.AdvertReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Nodes that read from one another, as processes with a real broker: by the table, and by a router. */
class PeersIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void aNodeReadsWhatAnotherHoldsLeasesItThereAndLeavesWhatItHoldsAsItEnds() throws Exception {
        // Given
        var pool = Fixture.newPool();
        try (var table = Fixture.reader(Fixture.broker(), pool);
                var a = node("a", pool);
                var b = node("b", pool);
                var atA = Fixture.jedis(a);
                var atB = Fixture.jedis(b)) {
            IntStream.range(0, 8).forEach(chunk -> atA.set(Chunks.key(chunk), content(chunk)));
            awaitAdvertised(table, "a", 8);
            // When: B learns of it as everyone does, within a moment
            await().atMost(PATIENCE).until(() -> atB.exists(Chunks.key(0)));
            // Then: the lease is A's
            assertThat(Scrape.value(a, "kvcachepool_store_leases_total")).isPositive();
            assertThat(Scrape.value(b, "kvcachepool_store_leases_total")).isZero();
            for (int chunk = 0; chunk < 8; chunk++) {
                assertThat(atB.get(Chunks.key(chunk))).isEqualTo(content(chunk));
            }
            assertThat(atB.get(Chunks.key(100))).isNull();
            assertThat(Scrape.value(b, "kvcachepool_nearby_reads_total{source=\"peer\"}"))
                    .isEqualTo(8);
            assertThat(atB.dbSize()).as("nothing is kept of what is read once").isZero();
            // And: what is read again is kept, and advertised as B's too
            assertThat(atB.get(Chunks.key(3))).isEqualTo(content(3));
            await().atMost(PATIENCE).until(() -> Chunks.isAdvertised(table, "b", 3));
            // When A is told to end
            assertThat(a.stop(Duration.ofSeconds(40))).isZero();
            // Then B has what A had
            assertThat(atB.dbSize()).isEqualTo(8);
            for (int chunk = 0; chunk < 8; chunk++) {
                assertThat(atB.get(Chunks.key(chunk))).isEqualTo(content(chunk));
            }
        }
    }

    @Test
    void aNodeThatAsksTheRouterReadsWhatAnotherHolds() {
        // Given
        var pool = Fixture.newPool();
        var broker = Fixture.broker().address();
        try (var router = Fixture.router(
                        "--policy", "adverts", "--kafka", broker, "--pool", pool, "--engine-namespace", "none");
                var a = node("a", pool);
                var b = node("b", pool, "--peer-lookup", "router", "--router-url", "http://" + router.address("http"));
                var atA = Fixture.jedis(a);
                var atB = Fixture.jedis(b)) {
            atA.set(Chunks.key(7), content(7));
            // When, Then
            await().atMost(PATIENCE).until(() -> atB.exists(Chunks.key(7)));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(atB.get(Chunks.key(7))).isEqualTo(content(7)));
        }
    }

    private static Program node(String id, String pool, String... more) {
        var flags = new ArrayList<>(List.of(
                "--kafka",
                Fixture.broker().address(),
                "--pool",
                pool,
                "--host-size",
                "128Mi",
                "--peers",
                "true",
                // Slow machines: a late answer is not what is tested here.
                "--peer-timeout",
                "2s",
                "--drain-timeout",
                "20s"));
        flags.addAll(List.of(more));
        return Fixture.cacheNode(id, flags.toArray(String[]::new));
    }

    private static void awaitAdvertised(AdvertReader table, String node, int chunks) {
        await().atMost(PATIENCE)
                .until(() -> IntStream.range(0, chunks).allMatch(chunk -> Chunks.isAdvertised(table, node, chunk)));
    }

    private static byte[] content(int chunk) {
        var bytes = new byte[1 << 20];
        new Random(chunk).nextBytes(bytes);
        return bytes;
    }
}
