package dev.kvcachepool.operator.dependent;

import dev.kvcachepool.operator.desired.NetworkPolicies;
import dev.kvcachepool.operator.desired.Release;
import dev.kvcachepool.operator.events.Events;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.BooleanWithUndefined;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;
import jakarta.inject.Singleton;

/** Who may reach routers. */
@Singleton
@KubernetesDependent(useSSA = BooleanWithUndefined.TRUE)
public final class RouterPolicyDependent extends ChildDependent<NetworkPolicy> {
    /** Name in the workflow. */
    public static final String NAME = "router-network-policy";

    RouterPolicyDependent(Release release, Events events) {
        super(NetworkPolicy.class, NAME, NetworkPolicies::ofRouters, release, events);
    }
}
