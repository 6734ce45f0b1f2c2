package dev.kvcachepool.operator.dependent;

import dev.kvcachepool.operator.desired.ChildLabels;
import dev.kvcachepool.operator.desired.Monitoring;
import dev.kvcachepool.operator.desired.Release;
import dev.kvcachepool.operator.desired.ServiceMonitor;
import dev.kvcachepool.operator.events.Events;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.BooleanWithUndefined;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;
import jakarta.inject.Singleton;

/** Has the pool scraped by Prometheus. */
@Singleton
@KubernetesDependent(useSSA = BooleanWithUndefined.TRUE, informer = @Informer(labelSelector = ChildLabels.OURS))
public final class ServiceMonitorDependent extends ChildDependent<ServiceMonitor> {
    /** Name in the workflow. */
    public static final String NAME = "service-monitor";

    ServiceMonitorDependent(Release release, Events events) {
        super(ServiceMonitor.class, NAME, Monitoring::serviceMonitor, release, events);
    }
}
