package dev.kvcachepool.operator.dependent;

import dev.kvcachepool.crds.KVCachePool;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.dependent.DependentResource;
import io.javaoperatorsdk.operator.processing.dependent.workflow.Condition;

/** For pools that are closed to everyone but who is named. */
public final class WhenGuarded implements Condition<HasMetadata, KVCachePool> {
    @Override
    public boolean isMet(
            DependentResource<HasMetadata, KVCachePool> dependent, KVCachePool pool, Context<KVCachePool> context) {
        return pool.getSpec().security().networkPolicy().enabled();
    }
}
