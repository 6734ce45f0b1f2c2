package dev.kvcachepool.e2e.outage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.e2e.Fixture;
import java.time.Duration;
import java.util.List;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;

/** The Kubernetes API is away while a pool is used and changed. */
class ApiAwayIT {
    private static final String POOL = "shared";

    @Test
    void poolsServeOnAndTheOperatorCatchesUp() throws Exception {
        // Given a pool of one node under load
        try (var cluster = new Cluster()) {
            cluster.createPool("""
                    apiVersion: kvcachepool.dev/v1alpha1
                    kind: KVCachePool
                    metadata: {name: %s, namespace: %s}
                    spec:
                      replicas: 1
                      models: [{name: %s, chunkTokens: 256, hashScheme: %s}]
                      tiers: {host: {size: 64Mi}}
                      adverts: {bootstrapServers: '%s', replication: 1}
                      router: {enabled: false}
                    """.formatted(
                            POOL,
                            Cluster.NAMESPACE,
                            Chunk.MODEL,
                            Chunk.SCHEME,
                            Fixture.broker().address()));
            await().until(() -> cluster.ready(POOL) == 1);
            try (var traffic = new Traffic(List.of(() -> cluster.service(POOL)), Scene.VALUE_BYTES)) {
                awaitStores(traffic, 200);

                // When the API is away for the operator, the pool is changed meanwhile, and its node is used on
                cluster.gate().shut();
                cluster.scale(POOL, 2);
                await().until(() -> cluster.gate().refused() >= 3);
                awaitStores(traffic, 500);
                assertThat(cluster.ready(POOL)).isEqualTo(1);
                long healed = System.nanoTime();
                cluster.gate().open();

                // Then the same operator makes it so once the API is back
                await().until(() -> cluster.ready(POOL) == 2);
                assertThat(cluster.operator().isAlive()).isTrue();
                awaitStores(traffic, 200);
                traffic.end();
                System.out.printf(
                        "outage: %-22s %s, scaled after %.1f s%n",
                        "API away", traffic.counts(), (System.nanoTime() - healed) / 1e9);
                assertThat(traffic.counts().wrong.sum()).as("wrong values").isZero();
            }
        }
    }

    private static void awaitStores(Traffic traffic, long more) {
        long enough = traffic.stores() + more;
        await().until(() -> traffic.stores() >= enough);
    }

    private static ConditionFactory await() {
        return org.awaitility.Awaitility.await()
                .atMost(Oracle.PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .ignoreExceptions();
    }
}
