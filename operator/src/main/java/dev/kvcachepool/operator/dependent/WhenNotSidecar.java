package dev.kvcachepool.operator.dependent;

import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.crds.Placement;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.dependent.DependentResource;
import io.javaoperatorsdk.operator.processing.dependent.workflow.Condition;

/** For children of pools whose cache-nodes have pods of their own. */
public final class WhenNotSidecar implements Condition<HasMetadata, KVCachePool> {
    @Override
    public boolean isMet(
            DependentResource<HasMetadata, KVCachePool> dependent, KVCachePool pool, Context<KVCachePool> context) {
        return pool.getSpec().placement() != Placement.Sidecar;
    }
}
