package dev.kvcachepool.e2e.cluster;

import static dev.kvcachepool.e2e.cluster.PodsScene.CLUSTER;
import static dev.kvcachepool.e2e.cluster.PodsScene.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.commandline.certificate.Issued;
import dev.kvcachepool.e2e.TlsSecret;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** A pool with TLS whose disks outlive it, in pods of a real kubelet. The volumes are folders of the machine. */
@Tag("cluster")
@ExtendWith(PodsScene.Keep.class)
class PodsKeptIT {
    private static final String POOL = "kept";
    private static final int NODES = 2;
    private static final String VOLUMES = "app=test-disk";

    private final Issued authority = Issued.authority("test", InstantSource.system());

    private static PodsScene scene;

    @BeforeAll
    static void disks() {
        scene = PodsScene.open("test-kept", "restricted");
        for (var number = 0; number < NODES; number++) {
            scene.apply("""
                    apiVersion: v1
                    kind: PersistentVolume
                    metadata: {name: test-disk-%d, labels: {app: test-disk}}
                    spec:
                      capacity: {storage: 1Gi}
                      accessModes: [ReadWriteOnce]
                      persistentVolumeReclaimPolicy: Retain
                      storageClassName: test-disk
                      hostPath: {path: "%s", type: Directory}
                    """.formatted(number, CLUSTER.folder("disk-" + number)));
        }
    }

    @AfterAll
    static void takeAway() {
        scene.close();
        CLUSTER.kubectl("delete", "persistentvolumes", "-l", VOLUMES, "--ignore-not-found", "--timeout=60s")
                .mustSucceed();
    }

    @Test
    void anotherPoolOfTheNameFindsWhatIsOnItsDisksAndServesItByTls() {
        // Given a pool with chunks
        applySecret();
        applyPool();
        var chunks = PodsChunks.make();
        chunks.store(secure());
        chunks.assertHeld(secure());
        scene.awaitBlocks(POOL, PodsChunks.COUNT);
        assertThat(aClientWithoutTls()).isFalse();
        scene.awaitCondition(POOL, "StorageReady", "True");

        // When it is deleted
        scene.delete(POOL);
        patiently()
                .untilAsserted(() -> assertThat(scene.kubectl("get", "pods", "-l", "app!=kafka", "-o", "name")
                                .mustSucceed())
                        .isEmpty());

        // Then its disks are kept
        assertThat(claims()).hasSize(NODES);

        // And when another of its name comes, then that has them, and all that was on them
        applyPool();
        assertThat(claims()).hasSize(NODES);
        patiently().untilAsserted(() -> chunks.assertHeld(secure()));
        scene.awaitBlocks(POOL, PodsChunks.COUNT);
        scene.delete(POOL);
    }

    private void applySecret() {
        var names = List.of(
                "kept.test-kept.svc",
                "kept.test-kept.svc.cluster.local",
                "kept-router.test-kept.svc",
                "*.kept-nodes.test-kept.svc",
                "*.kept-nodes.test-kept.svc.cluster.local");
        var own = authority.issue(names, Instant.now(), Instant.now().plus(Duration.ofDays(1)));
        scene.apply("""
                apiVersion: v1
                kind: Secret
                metadata: {name: cache-tls}
                stringData:
                  tls.crt: |
                %s
                  tls.key: |
                %s
                  ca.crt: |
                %s
                """.formatted(
                        own.certificatePem().indent(4),
                        own.keyPem().indent(4),
                        authority.certificatePem().indent(4)));
    }

    private static void applyPool() {
        scene.apply("""
                apiVersion: kvcachepool.dev/v1alpha1
                kind: KVCachePool
                metadata: {name: kept}
                spec:
                  replicas: %d
                  models: [{name: small, chunkTokens: 256, hashScheme: lmcache-blake3}]
                  tiers:
                    host: {size: 64Mi}
                    disk: {size: 1Gi, storageClassName: test-disk, retain: true}
                  adverts: {bootstrapServers: "kafka:9092", replication: 1}
                  router: {replicas: 1}
                  security: {tls: {secretRef: {name: cache-tls}}}
                """.formatted(NODES));
        scene.ready(POOL, NODES);
    }

    private static List<String> claims() {
        return scene.kubectl("get", "persistentvolumeclaims", "-o", "name")
                .mustSucceed()
                .lines()
                .toList();
    }

    private Supplier<Jedis> secure() {
        var address = new HostAndPort(CLUSTER.addressOf(scene.namespace(), POOL), PodsCluster.RESP);
        var settings = DefaultJedisClientConfig.builder()
                .ssl(true)
                .sslSocketFactory(TlsSecret.trusting(authority))
                .socketTimeoutMillis(PodsCluster.TIMEOUT_MILLIS)
                .build();
        return () -> new Jedis(address, settings);
    }

    private static boolean aClientWithoutTls() {
        try (var jedis = scene.clients(POOL).get()) {
            return jedis.ping().equals("PONG");
        } catch (JedisConnectionException e) {
            return false;
        }
    }
}
