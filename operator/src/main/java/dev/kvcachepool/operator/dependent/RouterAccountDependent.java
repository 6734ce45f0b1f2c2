package dev.kvcachepool.operator.dependent;

import dev.kvcachepool.operator.desired.Release;
import dev.kvcachepool.operator.desired.RouterAccess;
import dev.kvcachepool.operator.events.Events;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.BooleanWithUndefined;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;
import jakarta.inject.Singleton;

/** Under which routers run. */
@Singleton
@KubernetesDependent(useSSA = BooleanWithUndefined.TRUE)
public final class RouterAccountDependent extends ChildDependent<ServiceAccount> {
    /** Name in the workflow. */
    public static final String NAME = "router-account";

    RouterAccountDependent(Release release, Events events) {
        super(ServiceAccount.class, NAME, RouterAccess::serviceAccount, release, events);
    }
}
