package dev.kvcachepool.e2e.runtime.controller;

import dev.kvcachepool.e2e.runtime.cluster.ClusterWriter;
import dev.kvcachepool.e2e.runtime.cluster.ObjectCache;
import dev.kvcachepool.e2e.runtime.cluster.Owners;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.ControllerRevisionBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.Map;
import java.util.Set;

/** A controller's pod templates under the names of their hashes, kept in the API as ControllerRevisions. */
final class Revisions {
    private final ObjectCache cache;
    private final ClusterWriter writer;
    private final KubernetesSerialization json;

    Revisions(ObjectCache cache, ClusterWriter writer, KubernetesSerialization json) {
        this.cache = cache;
        this.writer = writer;
        this.json = json;
    }

    /** The name of a template's revision, which is made if there is none. */
    String ensure(HasMetadata owner, PodTemplateSpec template) {
        var metadata = owner.getMetadata();
        var name = metadata.getName() + "-" + TemplateHash.of(template);
        if (cache.get(ControllerRevision.class, metadata.getNamespace(), name) == null) {
            var known = Owners.controlledBy(owner, cache.list(ControllerRevision.class, metadata.getNamespace()));
            var last = known.stream()
                    .mapToLong(ControllerRevision::getRevision)
                    .max()
                    .orElse(0);
            writer.create(new ControllerRevisionBuilder()
                    .withNewMetadata()
                    .withName(name)
                    .withNamespace(metadata.getNamespace())
                    .withLabels(
                            template.getMetadata() == null
                                    ? null
                                    : template.getMetadata().getLabels())
                    .withOwnerReferences(Owners.reference(owner))
                    .endMetadata()
                    .withData(Map.of("spec", Map.of("template", json.convertValue(template, Map.class))))
                    .withRevision(last + 1)
                    .build());
        }
        return name;
    }

    /** The template of a revision; the given one if the revision is gone. */
    PodTemplateSpec template(HasMetadata owner, String name, PodTemplateSpec otherwise) {
        var revision = cache.get(ControllerRevision.class, owner.getMetadata().getNamespace(), name);
        if (revision == null) {
            return otherwise;
        }
        var data = json.convertValue(revision.getData(), RevisionData.class);
        return data.spec().template();
    }

    /** Deletes the revisions that are no longer used. */
    void keepOnly(HasMetadata owner, Set<String> used) {
        for (var revision : Owners.controlledBy(
                owner, cache.list(ControllerRevision.class, owner.getMetadata().getNamespace()))) {
            if (!used.contains(revision.getMetadata().getName())
                    && revision.getMetadata().getDeletionTimestamp() == null) {
                writer.delete(revision);
            }
        }
    }

    record RevisionData(RevisionSpec spec) {}

    record RevisionSpec(PodTemplateSpec template) {}
}
