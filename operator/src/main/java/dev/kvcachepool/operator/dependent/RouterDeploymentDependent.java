package dev.kvcachepool.operator.dependent;

import dev.kvcachepool.operator.desired.Release;
import dev.kvcachepool.operator.desired.RouterWorkload;
import dev.kvcachepool.operator.events.Events;
import io.fabric8.kubernetes.api.model.apps.Deployment;
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
}
