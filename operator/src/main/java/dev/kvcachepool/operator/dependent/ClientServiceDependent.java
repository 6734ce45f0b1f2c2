package dev.kvcachepool.operator.dependent;

import dev.kvcachepool.operator.desired.NodeAccess;
import dev.kvcachepool.operator.desired.Release;
import dev.kvcachepool.operator.events.Events;
import io.fabric8.kubernetes.api.model.Service;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.BooleanWithUndefined;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;
import jakarta.inject.Singleton;

/** How engines reach cache-nodes. */
@Singleton
@KubernetesDependent(useSSA = BooleanWithUndefined.TRUE)
public final class ClientServiceDependent extends ChildDependent<Service> {
    /** Name in the workflow. */
    public static final String NAME = "client-service";

    ClientServiceDependent(Release release, Events events) {
        super(Service.class, NAME, NodeAccess::clientService, release, events);
    }
}
