package dev.kvcachepool.operator.dependent;

import dev.kvcachepool.operator.desired.Release;
import dev.kvcachepool.operator.desired.RouterAccess;
import dev.kvcachepool.operator.events.Events;
import io.fabric8.kubernetes.api.model.Service;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.BooleanWithUndefined;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;
import jakarta.inject.Singleton;

/** How clients reach a router. */
@Singleton
@KubernetesDependent(useSSA = BooleanWithUndefined.TRUE)
public final class RouterServiceDependent extends ChildDependent<Service> {
    /** Name in the workflow. */
    public static final String NAME = "router-service";

    RouterServiceDependent(Release release, Events events) {
        super(Service.class, NAME, RouterAccess::service, release, events);
    }
}
