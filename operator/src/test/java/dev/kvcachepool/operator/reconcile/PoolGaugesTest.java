package dev.kvcachepool.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.crds.KVCachePool;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.junit.jupiter.api.Test;

class PoolGaugesTest {
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final PoolGauges gauges = new PoolGauges(metrics, new ScheduledThreadPoolExecutor(1));

    private static KVCachePool pool(String name, String... conditions) {
        var yaml = new StringBuilder("""
            apiVersion: kvcachepool.dev/v1alpha1
            kind: KVCachePool
            metadata: {name: %s, namespace: n}
            """.formatted(name));
        if (conditions.length > 0) {
            yaml.append("status:\n  conditions:\n");
            for (var condition : conditions) {
                var parts = condition.split("=", -1);
                yaml.append("    - {type: ")
                        .append(parts[0])
                        .append(", status: \"")
                        .append(parts[1])
                        .append("\"}\n");
            }
        }
        return new KubernetesSerialization().unmarshal(yaml.toString(), KVCachePool.class);
    }

    private double pools(String phase) {
        return metrics.get("kvcachepool.operator.pools")
                .tag("phase", phase)
                .gauge()
                .value();
    }

    @Test
    void poolsAreCountedByTheFirstPhaseThatFits() {
        // When
        gauges.show(List.of(
                pool("new"),
                pool("starting", "Ready=False", "Degraded=False"),
                pool("well", "Ready=True", "Degraded=False"),
                pool("ill", "Ready=True", "Degraded=True"),
                pool("held", "Ready=True", "Degraded=True", "ReconciliationPaused=True")));
        // Then
        assertThat(pools("NotReady")).isEqualTo(2);
        assertThat(pools("Ready")).isEqualTo(1);
        assertThat(pools("Degraded")).isEqualTo(1);
        assertThat(pools("Paused")).isEqualTo(1);
    }

    @Test
    void conditionsFollowThePoolsAndEndWithThem() {
        // Given
        gauges.show(List.of(pool("a", "Ready=True"), pool("b", "Ready=False")));
        assertThat(ready("a")).containsExactly(1.0);
        assertThat(ready("b")).containsExactly(0.0);
        // When
        gauges.show(List.of(pool("b", "Ready=True")));
        // Then
        assertThat(ready("a")).isEmpty();
        assertThat(ready("b")).containsExactly(1.0);
        assertThat(pools("Ready")).isEqualTo(1);
    }

    @Test
    void whatWasDecidedOnIsShownOfPoolsThatLeaveItToTheOperator() {
        // Given
        var full = new KubernetesSerialization().unmarshal("""
            apiVersion: kvcachepool.dev/v1alpha1
            kind: KVCachePool
            metadata: {name: full, namespace: n}
            status: {autoscaling: {desired: 4, reason: AtMaximum, message: more}}
            """, KVCachePool.class);
        // When
        gauges.show(List.of(full, pool("by-hand", "Ready=True")));
        // Then
        assertThat(metrics.find("kvcachepool.operator.pool.autoscaling.desired").gauges())
                .singleElement()
                .satisfies(gauge -> assertThat(gauge.value()).isEqualTo(4));
        assertThat(metrics.get("kvcachepool.operator.pool.autoscaling.limited")
                        .tags("pool_namespace", "n", "pool_name", "full")
                        .gauge()
                        .value())
                .isEqualTo(1);
    }

    private List<Double> ready(String pool) {
        return metrics
                .find("kvcachepool.operator.pool.condition")
                .tags("pool_namespace", "n", "pool_name", pool, "condition", "Ready")
                .gauges()
                .stream()
                .map(gauge -> gauge.value())
                .toList();
    }
}
