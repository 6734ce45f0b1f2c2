package dev.kvcachepool.operator.reconcile;

import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.crds.Placement;
import dev.kvcachepool.operator.desired.ChildLabels;
import dev.kvcachepool.operator.desired.ChildLabels.Component;
import dev.kvcachepool.operator.roll.Rollout;
import dev.kvcachepool.operator.status.Trouble;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Has a pool's cache-nodes rolled from what the informers know. */
final class Restarts {
    private final Rollout rollout;

    Restarts(Rollout rollout) {
        this.rollout = rollout;
    }

    /** Null where there is nothing to roll yet; what the API server refuses goes to {@code failures}. */
    Rollout.@Nullable Progress goOn(
            KVCachePool pool, Context<KVCachePool> context, boolean paused, List<Trouble> failures) {
        var nodes = Observation.nodes(pool, context);
        var template = template(pool, context);
        if (template.isEmpty() || !nodes.observed()) {
            return null;
        }
        try {
            return rollout.goOn(pool, template.get(), pods(context), nodes.desired(), paused);
        } catch (KubernetesClientException e) {
            failures.add(new Trouble(
                    "Forbidden",
                    "the operator may not restart cache-nodes (" + Failures.said(e)
                            + "): give its ServiceAccount the ClusterRole of manifests/kustomize/base"));
            return null;
        }
    }

    private static Optional<PodTemplateSpec> template(KVCachePool pool, Context<KVCachePool> context) {
        // Engines' pods are restarted by whoever made them: a Sidecar pool has neither.
        return pool.getSpec().placement() == Placement.Pooled
                ? context.getSecondaryResource(StatefulSet.class)
                        .map(set -> set.getSpec().getTemplate())
                : context.getSecondaryResource(DaemonSet.class)
                        .map(set -> set.getSpec().getTemplate());
    }

    private static List<Pod> pods(Context<KVCachePool> context) {
        return context.getSecondaryResources(Pod.class).stream()
                .filter(pod -> Component.CACHE_NODE
                        .label()
                        .equals(pod.getMetadata().getLabels().get(ChildLabels.COMPONENT)))
                .toList();
    }
}
