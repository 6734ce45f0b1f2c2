package dev.kvcachepool.operator.dependent;

import dev.kvcachepool.operator.desired.NetworkPolicies;
import dev.kvcachepool.operator.desired.Release;
import dev.kvcachepool.operator.events.Events;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.BooleanWithUndefined;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;
import jakarta.inject.Singleton;

/** Who may reach cache-nodes. */
@Singleton
@KubernetesDependent(useSSA = BooleanWithUndefined.TRUE)
public final class NodePolicyDependent extends ChildDependent<NetworkPolicy> {
    /** Name in the workflow. */
    public static final String NAME = "node-network-policy";

    NodePolicyDependent(Release release, Events events) {
        super(NetworkPolicy.class, NAME, NetworkPolicies::ofNodes, release, events);
    }
}
