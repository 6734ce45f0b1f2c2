package dev.kvcachepool.operator.dependent;

import dev.kvcachepool.operator.desired.ChildLabels;
import dev.kvcachepool.operator.desired.Monitoring;
import dev.kvcachepool.operator.desired.PrometheusRule;
import dev.kvcachepool.operator.desired.Release;
import dev.kvcachepool.operator.events.Events;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.BooleanWithUndefined;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;
import jakarta.inject.Singleton;

/** Alerts on the pool. */
@Singleton
@KubernetesDependent(useSSA = BooleanWithUndefined.TRUE, informer = @Informer(labelSelector = ChildLabels.OURS))
public final class PrometheusRuleDependent extends ChildDependent<PrometheusRule> {
    /** Name in the workflow. */
    public static final String NAME = "prometheus-rule";

    PrometheusRuleDependent(Release release, Events events) {
        super(PrometheusRule.class, NAME, Monitoring::prometheusRule, release, events);
    }
}
