package dev.kvcachepool.operator.reconcile;

import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.operator.desired.KafkaWay;
import dev.kvcachepool.operator.desired.SecretsMark;
import dev.kvcachepool.operator.probe.Findings;
import dev.kvcachepool.operator.probe.Probe;
import dev.kvcachepool.operator.roll.Rollout;
import dev.kvcachepool.operator.status.Observed;
import dev.kvcachepool.operator.status.PodTroubles;
import dev.kvcachepool.operator.status.Trouble;
import dev.kvcachepool.operator.status.Workload;
import dev.kvcachepool.operator.watch.PoolSources;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/** What there is to see of a pool beside its children, and how a status gets to see it. Thread-safe. */
public final class Observation {
    private final Probe probe;
    private final ScheduledExecutorService probing;
    private volatile @Nullable FindingsSource findings;

    /** Probes on the threads given. */
    public Observation(Probe probe, ScheduledExecutorService probing) {
        this.probe = probe;
        this.probing = probing;
    }

    List<EventSource<?, KVCachePool>> sources(EventSourceContext<KVCachePool> context) {
        var polled = new FindingsSource(context, probe, probing);
        findings = polled;
        var sources = new ArrayList<>(PoolSources.of(context));
        sources.add(polled);
        return sources;
    }

    /** {@code progress} is null where the cache-nodes have no workload yet. */
    Observed of(
            KVCachePool pool,
            Context<KVCachePool> context,
            boolean paused,
            List<Trouble> failures,
            List<Trouble> lacking,
            Rollout.@Nullable Progress progress) {
        var nodes = nodes(pool, context);
        return new Observed(
                paused,
                progress == null ? nodes : nodes.withUpdated(progress.updated()),
                router(pool, context),
                failures,
                PodTroubles.of(context.getSecondaryResources(Pod.class)),
                List.copyOf(context.getSecondaryResources(PersistentVolumeClaim.class)),
                lacking,
                newestFindings(pool),
                progress == null ? null : progress.status());
    }

    /** Straight from the cache: asked through the context, the source would go and fetch in the reconciler's thread. */
    private @Nullable Findings newestFindings(KVCachePool pool) {
        var source = findings;
        return source == null
                ? null
                : source.getSecondaryResource(ResourceID.fromResource(pool)).orElse(null);
    }

    /** Tells children what the pool's Secrets say, as far as that is known. */
    void tellOfSecrets(KVCachePool pool, Context<KVCachePool> context) {
        var newest = newestFindings(pool);
        if (newest != null) {
            context.managedWorkflowAndDependentResourceContext()
                    .put(SecretsMark.Digest.class, new SecretsMark.Digest(newest.secretsDigest()));
        }
    }

    /** Whether it is known how the pool's Kafka is reached; where Strimzi has to say so, children are told what it said. */
    boolean knowsKafka(KVCachePool pool, Context<KVCachePool> context) {
        if (pool.getSpec().adverts().strimzi() == null) {
            return true;
        }
        var newest = newestFindings(pool);
        var way = newest == null ? null : newest.strimzi().way();
        if (way != null) {
            context.managedWorkflowAndDependentResourceContext().put(KafkaWay.class, way);
        }
        return way != null;
    }

    static Workload nodes(KVCachePool pool, Context<KVCachePool> context) {
        return switch (pool.getSpec().placement()) {
            case Pooled ->
                context.getSecondaryResource(StatefulSet.class)
                        .map(Workload::of)
                        .orElse(Workload.UNKNOWN);
            case NodeLocal ->
                context.getSecondaryResource(DaemonSet.class).map(Workload::of).orElse(Workload.UNKNOWN);
            case Sidecar -> Workload.ofSidecars(context.getSecondaryResources(Pod.class));
        };
    }

    private static @Nullable Workload router(KVCachePool pool, Context<KVCachePool> context) {
        return pool.getSpec().router().enabled()
                ? context.getSecondaryResource(Deployment.class)
                        .map(Workload::of)
                        .orElse(Workload.UNKNOWN)
                : null;
    }
}
