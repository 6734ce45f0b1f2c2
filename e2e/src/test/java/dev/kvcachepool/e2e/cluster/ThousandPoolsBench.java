package dev.kvcachepool.e2e.cluster;

import static dev.kvcachepool.e2e.cluster.OperatorFixture.CLUSTER;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.client;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.e2e.Fixture;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A thousand pools without pods at once, on a real API server: how long until all of them are as they shall be, what memory the
 * operator takes then, and what CPU it takes while nothing changes. {@code make bench-operator}; writes {@code
 * target/bench/pools.json}. Figures are reported, never judged.
 */
@Tag("bench")
class ThousandPoolsBench {
    private static final int POOLS = Integer.getInteger("bench.pools", 1000);
    private static final Duration PATIENCE = Duration.ofMinutes(15);
    private static final Duration CALM = Duration.ofSeconds(60);

    @Test
    void convergeAndStay() throws IOException, InterruptedException {
        // Given
        var namespace = CLUSTER.namespace();
        var operator = OperatorFixture.operator();
        // When
        var start = System.nanoTime();
        for (int number = 0; number < POOLS; number++) {
            client().resource(pool(namespace, "pool-" + number)).create();
        }
        var created = System.nanoTime();
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofSeconds(1)).until(() -> atRest(namespace) == POOLS);
        var converged = System.nanoTime();
        // Then
        assertThat(client().resources(StatefulSet.class)
                        .inNamespace(namespace)
                        .list()
                        .getItems())
                .hasSize(POOLS);
        var cpu = cpuMillis(operator.pid());
        Thread.sleep(CALM); // the time that is measured
        var result = new LinkedHashMap<String, Object>();
        result.put("pools", POOLS);
        result.put("createdSeconds", (created - start) / 1e9);
        result.put("convergedSeconds", (converged - start) / 1e9);
        result.put("rssMiB", memory(operator.pid(), "VmRSS"));
        result.put("peakRssMiB", memory(operator.pid(), "VmHWM"));
        result.put("cpuSecondsAMinuteAtRest", (cpuMillis(operator.pid()) - cpu) / 1e3);
        var folder = Files.createDirectories(Fixture.ROOT.resolve("target/bench"));
        new ObjectMapper()
                .writerWithDefaultPrettyPrinter()
                .writeValue(folder.resolve("pools.json").toFile(), result);
        System.out.println("operator: " + result);
        client().resources(KVCachePool.class).inNamespace(namespace).delete();
    }

    /** All share two topics: it is the operator that is measured, not the broker. */
    private static KVCachePool pool(String namespace, String name) {
        var pool = new KubernetesSerialization()
                .unmarshal(
                        OperatorFixture.yaml(
                                name, """
                        replicas: 0
                        router: {replicas: 0}
                        tiers: {host: {size: 1Gi}}
                        adverts:
                          bootstrapServers: "%s"
                          replication: 1
                          topics: {nodes: thousand.nodes, blocks: thousand.blocks}
                        """.formatted(Fixture.broker().address())),
                        KVCachePool.class);
        pool.getMetadata().setNamespace(namespace);
        return pool;
    }

    private static long atRest(String namespace) {
        return client().resources(KVCachePool.class).inNamespace(namespace).list().getItems().stream()
                .filter(pool -> pool.getStatus() != null
                        && pool.getStatus().conditions().stream()
                                .anyMatch(condition -> condition.getType().equals("Progressing")
                                        && condition.getReason().equals("UpToDate")))
                .count();
    }

    private static long memory(long pid, String field) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                        .filter(line -> line.startsWith(field + ":"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                        .findFirst()
                        .orElseThrow()
                >> 10;
    }

    private static long cpuMillis(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().totalCpuDuration())
                .orElse(Duration.ZERO)
                .toMillis();
    }
}
