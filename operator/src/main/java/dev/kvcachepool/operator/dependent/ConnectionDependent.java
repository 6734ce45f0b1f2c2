package dev.kvcachepool.operator.dependent;

import dev.kvcachepool.operator.desired.ConnectionSettings;
import dev.kvcachepool.operator.desired.Release;
import dev.kvcachepool.operator.events.Events;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.BooleanWithUndefined;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;
import jakarta.inject.Singleton;

/** What engines are told. */
@Singleton
@KubernetesDependent(useSSA = BooleanWithUndefined.TRUE)
public final class ConnectionDependent extends ChildDependent<ConfigMap> {
    /** Name in the workflow. */
    public static final String NAME = "connection";

    ConnectionDependent(Release release, Events events) {
        super(ConfigMap.class, NAME, ConnectionSettings::configMap, release, events);
    }
}
