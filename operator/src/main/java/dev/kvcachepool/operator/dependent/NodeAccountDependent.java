package dev.kvcachepool.operator.dependent;

import dev.kvcachepool.operator.desired.NodeAccess;
import dev.kvcachepool.operator.desired.Release;
import dev.kvcachepool.operator.events.Events;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.BooleanWithUndefined;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;
import jakarta.inject.Singleton;

/** Under which cache-nodes run. */
@Singleton
@KubernetesDependent(useSSA = BooleanWithUndefined.TRUE)
public final class NodeAccountDependent extends ChildDependent<ServiceAccount> {
    /** Name in the workflow. */
    public static final String NAME = "node-account";

    NodeAccountDependent(Release release, Events events) {
        super(ServiceAccount.class, NAME, NodeAccess::serviceAccount, release, events);
    }
}
