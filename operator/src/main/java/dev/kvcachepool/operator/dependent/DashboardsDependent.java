package dev.kvcachepool.operator.dependent;

import dev.kvcachepool.operator.desired.Monitoring;
import dev.kvcachepool.operator.desired.Release;
import dev.kvcachepool.operator.events.Events;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.BooleanWithUndefined;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;
import jakarta.inject.Singleton;

/** What Grafana shows of the pool. */
@Singleton
@KubernetesDependent(useSSA = BooleanWithUndefined.TRUE)
public final class DashboardsDependent extends ChildDependent<ConfigMap> {
    /** Name in the workflow. */
    public static final String NAME = "dashboards";

    DashboardsDependent(Release release, Events events) {
        super(ConfigMap.class, NAME, Monitoring::dashboards, release, events);
    }
}
