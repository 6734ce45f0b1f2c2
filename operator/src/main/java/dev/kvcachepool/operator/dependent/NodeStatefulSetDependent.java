package dev.kvcachepool.operator.dependent;

import dev.kvcachepool.operator.desired.ChildLabels;
import dev.kvcachepool.operator.desired.NodeWorkload;
import dev.kvcachepool.operator.desired.Release;
import dev.kvcachepool.operator.events.Events;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.BooleanWithUndefined;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;
import jakarta.inject.Singleton;

/** The cache-nodes of a Pooled pool. */
@Singleton
@KubernetesDependent(useSSA = BooleanWithUndefined.TRUE, informer = @Informer(labelSelector = ChildLabels.OURS))
public final class NodeStatefulSetDependent extends ChildDependent<StatefulSet> {
    /** Name in the workflow. */
    public static final String NAME = "node-stateful-set";

    NodeStatefulSetDependent(Release release, Events events) {
        super(StatefulSet.class, NAME, NodeWorkload::statefulSet, release, events);
    }
}
