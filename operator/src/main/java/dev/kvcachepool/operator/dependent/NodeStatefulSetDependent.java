package dev.kvcachepool.operator.dependent;

import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.operator.desired.DesiredHash;
import dev.kvcachepool.operator.desired.NodeWorkload;
import dev.kvcachepool.operator.desired.Release;
import dev.kvcachepool.operator.events.Events;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.BooleanWithUndefined;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;
import jakarta.inject.Singleton;

/** The cache-nodes of a Pooled pool. */
@Singleton
@KubernetesDependent(useSSA = BooleanWithUndefined.TRUE)
public final class NodeStatefulSetDependent extends ChildDependent<StatefulSet> {
    /** Name in the workflow. */
    public static final String NAME = "node-stateful-set";

    NodeStatefulSetDependent(Release release, Events events) {
        super(StatefulSet.class, NAME, context -> NodeWorkload.statefulSet(context, null), release, events);
    }

    /** Asked of the context: asked of this dependent, the present one is sought by comparing it with the desired one. */
    @Override
    protected StatefulSet desired(KVCachePool pool, Context<KVCachePool> context) {
        var present = context.getSecondaryResource(StatefulSet.class).orElse(null);
        return DesiredHash.mark(NodeWorkload.statefulSet(contextOf(pool, context), present));
    }
}
