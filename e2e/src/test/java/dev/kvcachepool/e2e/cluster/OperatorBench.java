package dev.kvcachepool.e2e.cluster;

import static dev.kvcachepool.e2e.cluster.OperatorFixture.CLUSTER;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.client;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.e2e.Fixture;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
    private static final List<Class<? extends HasMetadata>> KINDS = List.of(
            StatefulSet.class,
            Deployment.class,
            Service.class,
            ConfigMap.class,
            ServiceAccount.class,
            PodDisruptionBudget.class,
            Role.class,
            RoleBinding.class);

    private final Map<String, CountDownLatch> waiting = new ConcurrentHashMap<>();

    @Test
    void applyToAllChildren() throws IOException, InterruptedException {
        var namespace = CLUSTER.namespace();
        OperatorFixture.operator();
        KINDS.forEach(kind -> watch(namespace, kind));
        var millis = new ArrayList<Double>();
        for (int number = 0; number < WARM_UP + POOLS; number++) {
            var taken = one(namespace, "pool-" + number);
            if (number >= WARM_UP) {
                millis.add(taken);
            }
        }
        client().resources(KVCachePool.class).inNamespace(namespace).delete();
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

    /** Watches rather than asks: asking again and again would take the cores from those that are measured. */
    private <T extends HasMetadata> void watch(String namespace, Class<T> kind) {
        var _ = client().resources(kind).inNamespace(namespace).inform(new ResourceEventHandler<T>() {
            @Override
            public void onAdd(T child) {
                var labels = child.getMetadata().getLabels();
                var pool = labels == null ? null : labels.get("app.kubernetes.io/instance");
                if (pool != null && waiting.containsKey(pool)) {
                    waiting.get(pool).countDown();
                }
            }

            @Override
            public void onUpdate(T before, T after) {}

            @Override
            public void onDelete(T child, boolean unknown) {}
        });
    }

    /** From before the request to create the pool until its last child is heard of, ms. */
    private double one(String namespace, String name) throws InterruptedException {
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
        var children = new CountDownLatch(CHILDREN);
        waiting.put(name, children);
        var start = System.nanoTime();
        client().resource(pool).create();
        assertThat(children.await(1, TimeUnit.MINUTES))
                .as("children of " + name)
                .isTrue();
        var taken = (System.nanoTime() - start) / 1e6;
        OperatorFixture.awaitCondition(namespace, name, "Ready", "True");
        return taken;
    }
}
