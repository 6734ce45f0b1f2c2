package dev.kvcachepool.e2e.runtime.controller;

import dev.kvcachepool.e2e.runtime.cluster.ClusterWriter;
import dev.kvcachepool.e2e.runtime.cluster.Key;
import dev.kvcachepool.e2e.runtime.cluster.ObjectCache;
import dev.kvcachepool.e2e.runtime.cluster.Owners;
import dev.kvcachepool.e2e.runtime.cluster.PodState;
import dev.kvcachepool.e2e.runtime.cluster.Reconciler;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Applies {@link DeploymentPlan}: one ReplicaSet a template, named by its hash. */
public final class DeploymentController implements Reconciler {
    private static final String HASH = "pod-template-hash";
    private final ObjectCache cache;
    private final ClusterWriter writer;

    public DeploymentController(ObjectCache cache, ClusterWriter writer) {
        this.cache = cache;
        this.writer = writer;
    }

    @Override
    public void reconcile(Key key) {
        var deployment = cache.get(Deployment.class, key.namespace(), key.name());
        if (deployment == null || PodState.isTerminating(deployment)) {
            return;
        }
        var hash = TemplateHash.of(deployment.getSpec().getTemplate());
        var current = current(deployment, hash);
        if (current == null) {
            writer.create(replicaSet(deployment, hash));
            return; // its event brings us back
        }
        var old = sets(deployment).stream().filter(set -> !isOf(set, hash)).toList();
        var oldPods = old.stream()
                .flatMap(set -> Owners.controlledBy(set, cache.list(Pod.class, key.namespace())).stream())
                .toList();
        var plan = DeploymentPlan.next(deployment, current, old, oldPods);
        plan.sizes().forEach((name, size) -> resize(key.namespace(), name, size));
        plan.obsolete().forEach(writer::delete);
        writeStatus(deployment, hash);
    }

    private void resize(String namespace, String name, int size) {
        var set = cache.get(ReplicaSet.class, namespace, name);
        if (set != null) {
            var copy = writer.copy(set);
            copy.getSpec().setReplicas(size);
            writer.update(copy);
        }
    }

    private void writeStatus(Deployment deployment, String hash) {
        var current = current(deployment, hash);
        if (current == null) {
            return;
        }
        var status = DeploymentStatuses.of(deployment, current, sets(deployment));
        if (!status.equals(deployment.getStatus())) {
            var copy = writer.copy(deployment);
            copy.setStatus(status);
            writer.updateStatus(copy);
        }
    }

    private List<ReplicaSet> sets(Deployment deployment) {
        return Owners.controlledBy(
                deployment,
                cache.list(ReplicaSet.class, deployment.getMetadata().getNamespace()));
    }

    private @Nullable ReplicaSet current(Deployment deployment, String hash) {
        return sets(deployment).stream()
                .filter(set -> isOf(set, hash))
                .findFirst()
                .orElse(null);
    }

    private static boolean isOf(ReplicaSet set, String hash) {
        return hash.equals(PodState.label(set, HASH));
    }

    private static ReplicaSet replicaSet(Deployment deployment, String hash) {
        var spec = deployment.getSpec();
        var template = new PodTemplateSpecBuilder(spec.getTemplate())
                .editOrNewMetadata()
                .addToLabels(HASH, hash)
                .endMetadata()
                .build();
        return new ReplicaSetBuilder()
                .withNewMetadata()
                .withName(deployment.getMetadata().getName() + "-" + hash)
                .withNamespace(deployment.getMetadata().getNamespace())
                .withLabels(template.getMetadata().getLabels())
                .withOwnerReferences(Owners.reference(deployment))
                .endMetadata()
                .withNewSpec()
                .withReplicas(0)
                .withSelector(new LabelSelectorBuilder(spec.getSelector())
                        .addToMatchLabels(HASH, hash)
                        .build())
                .withTemplate(template)
                .endSpec()
                .build();
    }
}
