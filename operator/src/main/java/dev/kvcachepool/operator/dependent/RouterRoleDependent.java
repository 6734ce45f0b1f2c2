package dev.kvcachepool.operator.dependent;

import dev.kvcachepool.operator.desired.Release;
import dev.kvcachepool.operator.desired.RouterAccess;
import dev.kvcachepool.operator.events.Events;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.BooleanWithUndefined;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;
import jakarta.inject.Singleton;

/** What routers may do. */
@Singleton
@KubernetesDependent(useSSA = BooleanWithUndefined.TRUE)
public final class RouterRoleDependent extends ChildDependent<Role> {
    /** Name in the workflow. */
    public static final String NAME = "router-role";

    RouterRoleDependent(Release release, Events events) {
        super(Role.class, NAME, RouterAccess::role, release, events);
    }
}
