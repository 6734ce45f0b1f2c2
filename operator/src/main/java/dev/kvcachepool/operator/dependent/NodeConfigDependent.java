package dev.kvcachepool.operator.dependent;

import dev.kvcachepool.operator.desired.NodeSettings;
import dev.kvcachepool.operator.desired.Release;
import dev.kvcachepool.operator.events.Events;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.BooleanWithUndefined;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;
import jakarta.inject.Singleton;

/** What all cache-nodes of a pool are told. */
@Singleton
@KubernetesDependent(useSSA = BooleanWithUndefined.TRUE)
public final class NodeConfigDependent extends ChildDependent<ConfigMap> {
    /** Name in the workflow. */
    public static final String NAME = "node-config";

    NodeConfigDependent(Release release, Events events) {
        super(ConfigMap.class, NAME, NodeSettings::configMap, release, events);
    }
}
