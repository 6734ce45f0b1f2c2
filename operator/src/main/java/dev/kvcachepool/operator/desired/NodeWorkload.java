package dev.kvcachepool.operator.desired;

import dev.kvcachepool.operator.desired.ChildLabels.Component;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import org.jspecify.annotations.Nullable;

/** What runs the cache-nodes: a StatefulSet in a Pooled pool, a DaemonSet in a NodeLocal one. */
public final class NodeWorkload {
    private static final int HISTORY = 5;
    /** Restarting is the operator's, as only it knows what can be restarted in place. */
    private static final String ON_DELETE = "OnDelete";

    private NodeWorkload() {}

    /**
     * The StatefulSet.
     *
     * @param present as it is now, whose claim templates can't change; null where there is none
     */
    public static StatefulSet statefulSet(PoolContext context, @Nullable StatefulSet present) {
        return context.secrets()
                .noteOn(new StatefulSetBuilder()
                        .withMetadata(context.metadata(context.names().nodes(), Component.CACHE_NODE))
                        .withNewSpec()
                        .withReplicas(context.nodes())
                        .withServiceName(context.names().headlessService())
                        // Nodes don't wait for one another to start; the operator rolls them itself, one by one.
                        .withPodManagementPolicy("Parallel")
                        .withRevisionHistoryLimit(HISTORY)
                        .withNewUpdateStrategy()
                        .withType(ON_DELETE)
                        .endUpdateStrategy()
                        .withNewSelector()
                        .withMatchLabels(ChildLabels.selector(context.pool(), Component.CACHE_NODE))
                        .endSelector()
                        .withTemplate(NodePods.template(context))
                        .withVolumeClaimTemplates(NodeDisk.claims(context, present))
                        .withPersistentVolumeClaimRetentionPolicy(NodeDisk.retention(context))
                        .endSpec()
                        .build());
    }

    public static DaemonSet daemonSet(PoolContext context) {
        return context.secrets()
                .noteOn(new DaemonSetBuilder()
                        .withMetadata(context.metadata(context.names().nodes(), Component.CACHE_NODE))
                        .withNewSpec()
                        .withRevisionHistoryLimit(HISTORY)
                        .withNewUpdateStrategy()
                        .withType(ON_DELETE)
                        .endUpdateStrategy()
                        .withNewSelector()
                        .withMatchLabels(ChildLabels.selector(context.pool(), Component.CACHE_NODE))
                        .endSelector()
                        .withTemplate(NodePods.template(context))
                        .endSpec()
                        .build());
    }
}
