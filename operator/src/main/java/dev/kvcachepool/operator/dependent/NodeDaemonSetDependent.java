package dev.kvcachepool.operator.dependent;

import dev.kvcachepool.operator.desired.NodeWorkload;
import dev.kvcachepool.operator.desired.Release;
import dev.kvcachepool.operator.events.Events;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
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
}
