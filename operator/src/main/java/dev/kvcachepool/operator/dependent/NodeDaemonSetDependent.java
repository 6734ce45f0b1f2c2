package dev.kvcachepool.operator.dependent;

import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.operator.desired.DesiredHash;
import dev.kvcachepool.operator.desired.NodeWorkload;
import dev.kvcachepool.operator.desired.Release;
import dev.kvcachepool.operator.events.Events;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.BooleanWithUndefined;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;
import jakarta.inject.Singleton;

/** The cache-nodes of a NodeLocal pool. */
@Singleton
@KubernetesDependent(useSSA = BooleanWithUndefined.TRUE)
public final class NodeDaemonSetDependent extends ChildDependent<DaemonSet> {
    /** Name in the workflow. */
    public static final String NAME = "node-daemon-set";

    NodeDaemonSetDependent(Release release, Events events) {
        super(DaemonSet.class, NAME, NodeWorkload::daemonSet, release, events);
    }

    /** Asked of the context: asked of this dependent, the present one is sought by comparing it with the desired one. */
    @Override
    protected DaemonSet desired(KVCachePool pool, Context<KVCachePool> context) {
        var present = context.getSecondaryResource(DaemonSet.class).orElse(null);
        var template = present == null ? null : present.getSpec().getTemplate();
        return DesiredHash.mark(
                NodeWorkload.daemonSet(contextOf(pool, context).of(present, template, secrets(context))));
    }
}
