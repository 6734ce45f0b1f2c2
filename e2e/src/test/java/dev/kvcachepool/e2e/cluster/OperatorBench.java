package dev.kvcachepool.e2e.cluster;

import static dev.kvcachepool.e2e.cluster.OperatorFixture.CLUSTER;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.client;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.e2e.Fixture;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * How long after a pool is applied all its children are there, over 50 pools one after another on a real API server.
 * {@code make bench-operator}; writes {@code target/bench/operator.json}. Timings are reported, never judged.
 */
@Tag("bench")
class OperatorBench {
    private static final int WARM_UP = 10;
    private static final int POOLS = 50;
    private static final int CHILDREN = 12;
    private static final String INSTANCE = "app.kubernetes.io/instance";

    @Test
    void applyToAllChildren() throws IOException, InterruptedException {
        var namespace = CLUSTER.namespace();
        OperatorFixture.operator();
        var millis = new ArrayList<Double>();
        for (int number = 0; number < WARM_UP + POOLS; number++) {
            var taken = one(namespace, "pool-" + number);
            if (number >= WARM_UP) {
                millis.add(taken);
            }
        }
        millis.sort(null);
        var result = Map.of(
                "pools", POOLS,
                "applyToChildrenP50Ms", millis.get(POOLS / 2),
                "applyToChildrenP99Ms", millis.get(POOLS * 99 / 100),
                "applyToChildrenMaxMs", millis.getLast());
        var folder = Files.createDirectories(Fixture.ROOT.resolve("target/bench"));
        new ObjectMapper()
                .writerWithDefaultPrettyPrinter()
                .writeValue(folder.resolve("operator.json").toFile(), result);
        System.out.println("operator: " + result);
    }

    /** From before the request to create the pool until a look finds the last child, ms. */
    private static double one(String namespace, String name) throws InterruptedException {
        var pool = new KubernetesSerialization()
                .unmarshal(
                        OperatorFixture.yaml(
                                name, """
                        replicas: 1
                        tiers: {host: {size: 1Gi}}
                        adverts: {bootstrapServers: "%s", replication: 1}
                        """.formatted(Fixture.broker().address())),
                        KVCachePool.class);
        pool.getMetadata().setNamespace(namespace);
        var start = System.nanoTime();
        client().resource(pool).create();
        while (children(namespace, name) < CHILDREN) {
            Thread.sleep(5);
        }
        return (System.nanoTime() - start) / 1e6;
    }

    /** The workloads are looked at first: they are made last. */
    private static int children(String namespace, String name) {
        var client = client();
        if (client.resources(StatefulSet.class)
                                .inNamespace(namespace)
                                .withName(name)
                                .get()
                        == null
                || client.resources(Deployment.class)
                                .inNamespace(namespace)
                                .withName(name + "-router")
                                .get()
                        == null) {
            return 0;
        }
        var found = new ArrayList<HasMetadata>();
        found.addAll(client.services()
                .inNamespace(namespace)
                .withLabel(INSTANCE, name)
                .list()
                .getItems());
        found.addAll(client.configMaps()
                .inNamespace(namespace)
                .withLabel(INSTANCE, name)
                .list()
                .getItems());
        found.addAll(client.serviceAccounts()
                .inNamespace(namespace)
                .withLabel(INSTANCE, name)
                .list()
                .getItems());
        found.addAll(client.policy()
                .v1()
                .podDisruptionBudget()
                .inNamespace(namespace)
                .withLabel(INSTANCE, name)
                .list()
                .getItems());
        found.addAll(client.rbac()
                .roles()
                .inNamespace(namespace)
                .withLabel(INSTANCE, name)
                .list()
                .getItems());
        found.addAll(client.rbac()
                .roleBindings()
                .inNamespace(namespace)
                .withLabel(INSTANCE, name)
                .list()
                .getItems());
        return found.size() + 2;
    }
}
