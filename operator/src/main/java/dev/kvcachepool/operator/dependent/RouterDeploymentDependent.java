package dev.kvcachepool.operator.dependent;

import dev.kvcachepool.crds.KVCachePool;
import dev.kvcachepool.operator.desired.DesiredHash;
import dev.kvcachepool.operator.desired.Release;
import dev.kvcachepool.operator.desired.RouterWorkload;
import dev.kvcachepool.operator.events.Events;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.BooleanWithUndefined;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;
import jakarta.inject.Singleton;

/** The routers. */
@Singleton
@KubernetesDependent(useSSA = BooleanWithUndefined.TRUE)
public final class RouterDeploymentDependent extends ChildDependent<Deployment> {
    /** Name in the workflow. */
    public static final String NAME = "router-deployment";

    RouterDeploymentDependent(Release release, Events events) {
        super(Deployment.class, NAME, RouterWorkload::deployment, release, events);
    }

    /** Asked of the context: asked of this dependent, the present one is sought by comparing it with the desired one. */
    @Override
    protected Deployment desired(KVCachePool pool, Context<KVCachePool> context) {
        var present = context.getSecondaryResource(Deployment.class).orElse(null);
        var template = present == null ? null : present.getSpec().getTemplate();
        return DesiredHash.mark(
                RouterWorkload.deployment(contextOf(pool, context).of(present, template, secrets(context))));
    }
}
