package dev.kvcachepool.e2e.runtime.controller;

import dev.kvcachepool.e2e.runtime.cluster.Owners;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.util.HashMap;
import java.util.Map;

/** Pods as a controller makes them from its template. */
final class PodFromTemplate {
    private PodFromTemplate() {}

    static Pod pod(HasMetadata owner, PodTemplateSpec template, String name, Map<String, String> extraLabels) {
        var labels = new HashMap<String, String>();
        var annotations = new HashMap<String, String>();
        if (template.getMetadata() != null) {
            labels.putAll(orEmpty(template.getMetadata().getLabels()));
            annotations.putAll(orEmpty(template.getMetadata().getAnnotations()));
        }
        labels.putAll(extraLabels);
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(owner.getMetadata().getNamespace())
                .withLabels(labels)
                .withAnnotations(annotations)
                .withOwnerReferences(Owners.reference(owner))
                .endMetadata()
                .withSpec(copy(template.getSpec()))
                .build();
    }

    private static PodSpec copy(PodSpec spec) {
        return new PodSpecBuilder(spec).build();
    }

    private static Map<String, String> orEmpty(Map<String, String> map) {
        return map == null ? Map.of() : map;
    }
}
