package dev.kvcachepool.operator.dependent;

import dev.kvcachepool.crds.KVCachePool;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.dependent.DependentResource;
import io.javaoperatorsdk.operator.processing.dependent.workflow.Condition;

/** While the API server knows PrometheusRules. */
public final class WhenPrometheusRulesAreServed implements Condition<HasMetadata, KVCachePool> {
    @Override
    public boolean isMet(
            DependentResource<HasMetadata, KVCachePool> dependent, KVCachePool pool, Context<KVCachePool> context) {
        return ServedApis.in(context).prometheusRules();
    }
}
