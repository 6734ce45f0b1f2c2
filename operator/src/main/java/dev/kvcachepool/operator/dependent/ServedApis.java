package dev.kvcachepool.operator.dependent;

import dev.kvcachepool.crds.KVCachePool;
import io.javaoperatorsdk.operator.api.reconciler.Context;

/** Which of the APIs that a cluster may lack are served now. The reconciler says so before it applies children. */
public record ServedApis(boolean serviceMonitors, boolean prometheusRules) {
    private static final ServedApis NONE = new ServedApis(false, false);

    /** Tells the conditions of this reconciliation. */
    public void putInto(Context<KVCachePool> context) {
        context.managedWorkflowAndDependentResourceContext().put(ServedApis.class, this);
    }

    static ServedApis in(Context<KVCachePool> context) {
        return context.managedWorkflowAndDependentResourceContext()
                .get(ServedApis.class, ServedApis.class)
                .orElse(NONE);
    }
}
