package dev.kvcachepool.operator.dependent;

import dev.kvcachepool.operator.desired.Release;
import dev.kvcachepool.operator.desired.RouterAccess;
import dev.kvcachepool.operator.events.Events;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.BooleanWithUndefined;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;
import jakarta.inject.Singleton;

/** Gives routers their role. */
@Singleton
@KubernetesDependent(useSSA = BooleanWithUndefined.TRUE)
public final class RouterRoleBindingDependent extends ChildDependent<RoleBinding> {
    /** Name in the workflow. */
    public static final String NAME = "router-role-binding";

    RouterRoleBindingDependent(Release release, Events events) {
        super(RoleBinding.class, NAME, RouterAccess::roleBinding, release, events);
    }
}
