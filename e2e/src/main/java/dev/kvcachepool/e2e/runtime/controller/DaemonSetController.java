package dev.kvcachepool.e2e.runtime.controller;

import dev.kvcachepool.e2e.runtime.cluster.ClusterWriter;
import dev.kvcachepool.e2e.runtime.cluster.Key;
import dev.kvcachepool.e2e.runtime.cluster.Names;
import dev.kvcachepool.e2e.runtime.cluster.ObjectCache;
import dev.kvcachepool.e2e.runtime.cluster.Owners;
import dev.kvcachepool.e2e.runtime.cluster.PodState;
import dev.kvcachepool.e2e.runtime.cluster.Reconciler;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import java.util.Map;

/** Applies {@link DaemonSetPlan}. */
public final class DaemonSetController implements Reconciler {
    private final ObjectCache cache;
    private final ClusterWriter writer;

    public DaemonSetController(ObjectCache cache, ClusterWriter writer) {
        this.cache = cache;
        this.writer = writer;
    }

    @Override
    public void reconcile(Key key) {
        var set = cache.get(DaemonSet.class, key.namespace(), key.name());
        if (set == null || PodState.isTerminating(set)) {
            return;
        }
        var revision = TemplateHash.of(set.getSpec().getTemplate());
        var plan = plan(set, revision);
        for (var node : plan.create()) {
            writer.create(pod(set, node, revision));
        }
        plan.delete().forEach(writer::delete);
        var status = plan(set, revision).status();
        if (!status.equals(set.getStatus())) {
            var copy = writer.copy(set);
            copy.setStatus(status);
            writer.updateStatus(copy);
        }
    }

    private DaemonSetPlan plan(DaemonSet set, String revision) {
        var pods =
                Owners.controlledBy(set, cache.list(Pod.class, set.getMetadata().getNamespace()));
        return DaemonSetPlan.next(set, cache.list(Node.class), pods, revision);
    }

    private static Pod pod(DaemonSet set, String node, String revision) {
        var name = set.getMetadata().getName() + "-" + Names.suffix(5);
        var pod = PodFromTemplate.pod(
                set, set.getSpec().getTemplate(), name, Map.of("controller-revision-hash", revision));
        pod.setSpec(DaemonSetPods.tiedTo(DaemonSetPods.tolerant(pod.getSpec()), node));
        return pod;
    }
}
