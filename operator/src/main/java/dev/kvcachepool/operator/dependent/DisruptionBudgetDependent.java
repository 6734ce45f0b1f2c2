package dev.kvcachepool.operator.dependent;

import dev.kvcachepool.operator.desired.NodeAccess;
import dev.kvcachepool.operator.desired.Release;
import dev.kvcachepool.operator.events.Events;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.BooleanWithUndefined;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;
import jakarta.inject.Singleton;

/** How many cache-nodes may be away at a time. */
@Singleton
@KubernetesDependent(useSSA = BooleanWithUndefined.TRUE)
public final class DisruptionBudgetDependent extends ChildDependent<PodDisruptionBudget> {
    /** Name in the workflow. */
    public static final String NAME = "disruption-budget";

    DisruptionBudgetDependent(Release release, Events events) {
        super(PodDisruptionBudget.class, NAME, NodeAccess::disruptionBudget, release, events);
    }
}
