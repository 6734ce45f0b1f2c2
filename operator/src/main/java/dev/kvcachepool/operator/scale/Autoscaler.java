package dev.kvcachepool.operator.scale;

import dev.kvcachepool.crds.Autoscaling;
import dev.kvcachepool.crds.AutoscalingStatus;
import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.operator.desired.NodeCount;
import dev.kvcachepool.operator.events.Events;
import dev.kvcachepool.operator.events.Reason;
import dev.kvcachepool.operator.scale.Decision.Rules;
import dev.kvcachepool.operator.status.Observed;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Decides on the number of cache-nodes of pools that leave it to the operator. A decision is carried out by writing it into the status,
 * which the next reconciliation follows: an operator that ends in between has either decided or not. What earlier looks said is kept in
 * memory alone, since forgetting it costs no more than one window of waiting. Thread-safe; one pool is looked at by one thread at a time.
 */
public final class Autoscaler {
    private static final String UP = "up";
    private static final String DOWN = "down";
    private static final Duration SWEEP_EVERY = Duration.ofMinutes(1);

    private final ScaleTimes times;
    private final Events events;
    private final MeterRegistry metrics;
    private final Clock clock;
    /** By the pools' uids. */
    private final Map<String, Remembered> pasts = new ConcurrentHashMap<>();

    private volatile Instant nextSweep = Instant.EPOCH;

    private record Remembered(Past past, Instant at) {}

    public Autoscaler(ScaleTimes times, Events events, MeterRegistry metrics, Clock clock) {
        this.times = times;
        this.events = events;
        this.metrics = metrics;
        this.clock = clock;
    }

    /** Whether a pool wants more cache-nodes than it may have. */
    public static boolean isLimited(AutoscalingStatus status) {
        return ScaleReason.AtMaximum.name().equals(status.reason());
    }

    /** In what time {@code pool} wants to be looked at again; null where people decide on its number of cache-nodes. */
    public @Nullable Duration lookAgainAfter(KVCachePool pool) {
        return pool.getSpec().autoscaling() == null ? null : times.lookPeriod();
    }

    /**
     * What the status shall say; an Event tells of a step.
     *
     * @param present how many cache-nodes the pool's StatefulSet has; null where there is none
     * @return null where people decide on the number
     */
    public @Nullable AutoscalingStatus look(KVCachePool pool, @Nullable Integer present, Observed observed) {
        var now = clock.instant();
        sweep(now);
        var wanted = pool.getSpec().autoscaling();
        var before = pool.getStatus() == null ? null : pool.getStatus().autoscaling();
        if (pool.getSpec().replicas() != null || (wanted == null && before == null)) {
            return null;
        }
        int nodes = NodeCount.of(pool, present);
        if (wanted == null) {
            return off(nodes, before);
        }
        if (before != null && before.desired() != nodes && !observed.paused()) {
            return stepped(pool, before.desired(), bounded(before.desired(), nodes, wanted), now);
        }
        var decision = decide(pool, wanted, nodes, observed, now);
        if (decision.nodes() != nodes) {
            return stepped(pool, nodes, decision, now);
        }
        tellOfMaximum(pool, before, decision);
        return new AutoscalingStatus(
                before == null || !observed.paused() ? Integer.valueOf(nodes) : before.desired(),
                before == null ? null : before.lastScaleTime(),
                before == null ? null : before.lastScale(),
                decision.reason().name(),
                decision.message());
    }

    private Decision decide(KVCachePool pool, Autoscaling wanted, int nodes, Observed observed, Instant now) {
        var rules = new Rules(Sizing.of(wanted, pool.getSpec().eviction()), wanted.max(), times);
        var uid = pool.getMetadata().getUid();
        var remembered = pasts.get(uid);
        var decision = Decision.of(
                rules,
                nodes,
                PoolLook.of(pool, nodes, observed, now),
                remembered == null ? Past.NONE : remembered.past(),
                now);
        pasts.put(uid, new Remembered(decision.past(), now));
        return decision;
    }

    private static Decision bounded(int before, int nodes, Autoscaling wanted) {
        return new Decision(
                nodes,
                ScaleReason.Bounded,
                "went from " + before + " to " + nodes + " cache-nodes: "
                        + (nodes == wanted.max() && nodes < before
                                ? "spec.autoscaling.max is " + wanted.max()
                                : "spec.autoscaling.min is " + wanted.min()),
                Past.NONE);
    }

    private AutoscalingStatus stepped(KVCachePool pool, int from, Decision step, Instant now) {
        metrics.counter("kvcachepool.operator.autoscaling.steps", "direction", step.nodes() > from ? UP : DOWN)
                .increment();
        events.normal(pool, Reason.Autoscaled, step.message());
        return new AutoscalingStatus(
                step.nodes(),
                now.truncatedTo(ChronoUnit.SECONDS).toString(),
                step.message(),
                step.reason().name(),
                step.message());
    }

    /** Once, when it begins. */
    private void tellOfMaximum(KVCachePool pool, @Nullable AutoscalingStatus before, Decision decision) {
        if (decision.reason() == ScaleReason.AtMaximum && (before == null || !isLimited(before))) {
            events.warning(pool, Reason.AutoscalingLimited, decision.message());
        }
    }

    private static AutoscalingStatus off(int nodes, @Nullable AutoscalingStatus before) {
        return new AutoscalingStatus(
                nodes,
                before == null ? null : before.lastScaleTime(),
                before == null ? null : before.lastScale(),
                ScaleReason.Off.name(),
                "spec.autoscaling was taken away; the " + nodes + " cache-nodes stay until spec.replicas says how many"
                        + " there shall be");
    }

    /** Pools that are gone are looked at no more. */
    private void sweep(Instant now) {
        if (now.isBefore(nextSweep)) {
            return;
        }
        nextSweep = now.plus(SWEEP_EVERY);
        var oldest = now.minus(times.longest().plus(times.gap()));
        pasts.values().removeIf(remembered -> remembered.at().isBefore(oldest));
    }
}
