package dev.kvcachepool.operator.dependent;

import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.operator.desired.DesiredHash;
import dev.kvcachepool.operator.desired.NodeCount;
import dev.kvcachepool.operator.desired.NodeWorkload;
import dev.kvcachepool.operator.desired.Release;
import dev.kvcachepool.operator.events.Events;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.BooleanWithUndefined;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** The cache-nodes of a Pooled pool. */
@Singleton
@KubernetesDependent(useSSA = BooleanWithUndefined.TRUE)
public final class NodeStatefulSetDependent extends ChildDependent<StatefulSet> {
    /** Name in the workflow. */
    public static final String NAME = "node-stateful-set";

    NodeStatefulSetDependent(Release release, Events events) {
        super(StatefulSet.class, NAME, context -> NodeWorkload.statefulSet(context, null), release, events);
    }

    /** How many cache-nodes there are, as {@link NodeCount#of} wants it: objects are kept packed, and each child asks. */
    public static @Nullable Integer presentNodes(KVCachePool pool, Context<KVCachePool> context) {
        return NodeCount.followsPresent(pool)
                ? context.getSecondaryResource(StatefulSet.class)
                        .map(nodes -> nodes.getSpec().getReplicas())
                        .orElse(null)
                : null;
    }

    /** Asked of the context: asked of this dependent, the present one is sought by comparing it with the desired one. */
    @Override
    protected StatefulSet desired(KVCachePool pool, Context<KVCachePool> context) {
        var present = context.getSecondaryResource(StatefulSet.class).orElse(null);
        var template = present == null ? null : present.getSpec().getTemplate();
        return DesiredHash.mark(
                NodeWorkload.statefulSet(contextOf(pool, context).of(present, template, secrets(context)), present));
    }
}
