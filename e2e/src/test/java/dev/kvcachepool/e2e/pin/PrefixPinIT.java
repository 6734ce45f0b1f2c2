package dev.kvcachepool.e2e.pin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.crds.PrefixPin;
import dev.kvcachepool.e2e.Fixture;
import dev.kvcachepool.e2e.engine.BlockBytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Jedis;

/** From a PrefixPin to the memory of a cache-node: operator, router, node and broker are the real ones. */
class PrefixPinIT {
    private static final String MODEL = "pinned-model";
    private static final int MIB = 1 << 20;
    private static final int PREFIX = 4;
    private static final int MANY = 256;

    @Test
    void aPrefixIsKeptWhileItsResourceIsThereAndNoLonger() throws Exception {
        // Given a pool of one node with 64 MiB, which holds a prefix of four blocks
        try (var cluster = new PinnedPool()) {
            cluster.create(
                    """
                    apiVersion: kvcachepool.dev/v1alpha1
                    kind: KVCachePool
                    metadata: {name: shared, namespace: %s}
                    spec:
                      replicas: 1
                      models: [{name: %s, chunkTokens: 256, hashScheme: lmcache-blake3}]
                      tiers: {host: {size: 64Mi}}
                      adverts: {bootstrapServers: '%s', replication: 1}
                    """.formatted(PinnedPool.NAMESPACE, MODEL, Fixture.broker().address()));
            store(cluster, 0, 2 * PREFIX);
            // When
            cluster.pin("""
                    apiVersion: kvcachepool.dev/v1alpha1
                    kind: PrefixPin
                    metadata: {name: prompt, namespace: %s}
                    spec:
                      pools: [shared]
                      model: %s
                      blockHashes: {scheme: lmcache-blake3, hashes: [%s]}
                    """.formatted(PinnedPool.NAMESPACE, MODEL, hashes()));
            // Then
            awaitReady(cluster, "True Pinned: all 4 blocks are pinned in shared");
            var status = cluster.get("prompt").map(PrefixPin::getStatus).orElseThrow();
            assertThat(status.heldBlocks()).isEqualTo(PREFIX);
            assertThat(status.pools().getFirst().nodes()).hasSize(1);
            // When four times as much as there is room for comes
            store(cluster, 1000, MANY);
            // Then
            assertThat(held(cluster, 0)).isEqualTo(PREFIX);
            assertThat(held(cluster, PREFIX)).isZero();
            // When the resource goes, and as much comes again
            cluster.delete("prompt");
            // Then what it kept leaves; while the end is on its way some more may have to come
            var more = new int[] {2000};
            await("the prefix is evicted").until(() -> {
                store(cluster, more[0], MANY);
                more[0] += MANY;
                return held(cluster, 0) == 0;
            });
            assertThat(cluster.get("prompt")).isEmpty();
        }
    }

    private static void awaitReady(PinnedPool cluster, String text) {
        await("Ready is " + text).untilAsserted(() -> assertThat(ready(cluster)).isEqualTo(text));
    }

    private static String ready(PinnedPool cluster) {
        return cluster.get("prompt").map(PrefixPin::getStatus).stream()
                .flatMap(status -> status.conditions().stream())
                .filter(condition -> condition.getType().equals("Ready"))
                .map(condition -> condition.getStatus() + " " + condition.getReason() + ": " + condition.getMessage())
                .findFirst()
                .orElse("no status");
    }

    private static byte[] hash(int number) {
        return ByteBuffer.allocate(32)
                .putLong(number * 0x9E3779B97F4A7C15L)
                .putInt(8, number)
                .array();
    }

    private static byte[] key(int number) {
        return (MODEL + "@01000100@0@" + HexFormat.of().formatHex(hash(number))).getBytes(StandardCharsets.UTF_8);
    }

    private static String hashes() {
        return IntStream.range(0, PREFIX)
                .mapToObj(number -> '"' + HexFormat.of().formatHex(hash(number)) + '"')
                .collect(Collectors.joining(", "));
    }

    private static void store(PinnedPool cluster, int from, int count) {
        await("the pool serves").until(() -> {
            try (var jedis = jedis(cluster)) {
                for (int number = from; number < from + count; number++) {
                    jedis.set(key(number), BlockBytes.make(hash(number), MIB));
                }
                return true;
            }
        });
    }

    /** How many of the four blocks from there on the pool holds; asking leases none. */
    private static int held(PinnedPool cluster, int from) throws Exception {
        try (var jedis = jedis(cluster)) {
            int held = 0;
            for (int number = from; number < from + PREFIX; number++) {
                held += jedis.strlen(key(number)) > 0 ? 1 : 0;
            }
            return held;
        }
    }

    private static Jedis jedis(PinnedPool cluster) throws Exception {
        return new Jedis(
                cluster.service("shared"),
                DefaultJedisClientConfig.builder().socketTimeoutMillis(30_000).build());
    }

    private static ConditionFactory await(String what) {
        return Awaitility.await(what)
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(250))
                .ignoreExceptions();
    }
}
