package dev.kvcachepool.operator.reconcile;

import dev.kvcachepool.crds.AutoscalingStatus;
import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.operator.scale.Autoscaler;
import io.fabric8.kubernetes.api.model.Condition;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.util.EnumMap;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * How pools are, as metrics: how many in each phase, and of each pool the conditions that alerts are made of. Both follow the
 * informer's cache every ten seconds, so that a deleted pool's series end. Thread-safe.
 */
public final class PoolGauges {
    private static final Logger LOG = Logger.getLogger(PoolGauges.class);
    private static final int SECONDS = 10;
    private static final List<String> CONDITIONS = List.of("Ready", "Degraded");

    private final MultiGauge phases;
    private final MultiGauge conditions;
    private final MultiGauge decided;
    private final MultiGauge limited;
    private final ScheduledExecutorService timer;
    private volatile boolean counted;

    /** Which of these a pool is in; the first that fits. */
    enum Phase {
        Paused,
        Degraded,
        Ready,
        NotReady
    }

    public PoolGauges(MeterRegistry metrics, ScheduledExecutorService timer) {
        this.phases = MultiGauge.builder("kvcachepool.operator.pools")
                .description("Pools by phase")
                .register(metrics);
        this.conditions = MultiGauge.builder("kvcachepool.operator.pool.condition")
                .description("1 where a pool's condition is True")
                .register(metrics);
        this.decided = MultiGauge.builder("kvcachepool.operator.pool.autoscaling.desired")
                .description("Cache-nodes that the operator has decided on")
                .register(metrics);
        this.limited = MultiGauge.builder("kvcachepool.operator.pool.autoscaling.limited")
                .description("1 where a pool wants more cache-nodes than it may have")
                .register(metrics);
        this.timer = timer;
    }

    /** From now on, these pools. */
    void follow(Supplier<Stream<KVCachePool>> pools) {
        var _ = timer.scheduleWithFixedDelay(() -> tryToShow(pools), 0, SECONDS, TimeUnit.SECONDS);
    }

    /** What fails once must not end all later turns. */
    private void tryToShow(Supplier<Stream<KVCachePool>> pools) {
        try {
            show(pools.get().toList());
            counted = true;
        } catch (RuntimeException e) {
            // The first turns may come before the informer has begun.
            LOG.log(counted ? Logger.Level.WARN : Logger.Level.DEBUG, "pools can't be counted just now", e);
        }
    }

    void show(List<KVCachePool> pools) {
        var counts = new EnumMap<Phase, Integer>(Phase.class);
        for (var phase : Phase.values()) {
            counts.put(phase, 0);
        }
        pools.forEach(pool -> counts.merge(phase(pool), 1, Integer::sum));
        phases.register(
                counts.entrySet().stream()
                        .<Row<?>>map(
                                count -> Row.of(Tags.of("phase", count.getKey().name()), count.getValue()))
                        .toList(),
                true);
        conditions.register(pools.stream().flatMap(PoolGauges::rows).toList(), true);
        decided.register(autoscaled(pools, AutoscalingStatus::desired), true);
        limited.register(autoscaled(pools, status -> Autoscaler.isLimited(status) ? 1 : 0), true);
    }

    private static List<Row<?>> autoscaled(List<KVCachePool> pools, Function<AutoscalingStatus, Integer> value) {
        return pools.stream()
                .filter(pool -> pool.getStatus() != null && pool.getStatus().autoscaling() != null)
                .<Row<?>>map(
                        pool -> Row.of(tags(pool), value.apply(pool.getStatus().autoscaling())))
                .toList();
    }

    private static Tags tags(KVCachePool pool) {
        return Tags.of(
                "pool_namespace",
                pool.getMetadata().getNamespace(),
                "pool_name",
                pool.getMetadata().getName());
    }

    private static Stream<Row<?>> rows(KVCachePool pool) {
        return CONDITIONS.stream().map(type -> Row.of(tags(pool).and("condition", type), is(pool, type) ? 1 : 0));
    }

    private static Phase phase(KVCachePool pool) {
        if (is(pool, "ReconciliationPaused")) {
            return Phase.Paused;
        }
        if (is(pool, "Degraded")) {
            return Phase.Degraded;
        }
        return is(pool, "Ready") ? Phase.Ready : Phase.NotReady;
    }

    private static boolean is(KVCachePool pool, String type) {
        var status = pool.getStatus();
        return status != null
                && status.conditions().stream()
                        .filter(condition -> condition.getType().equals(type))
                        .map(Condition::getStatus)
                        .anyMatch("True"::equals);
    }
}
