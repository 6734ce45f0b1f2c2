package dev.kvcachepool.e2e.runtime.controller;

import dev.kvcachepool.e2e.runtime.cluster.ClusterWriter;
import dev.kvcachepool.e2e.runtime.cluster.Key;
import dev.kvcachepool.e2e.runtime.cluster.ObjectCache;
import dev.kvcachepool.e2e.runtime.cluster.Owners;
import dev.kvcachepool.e2e.runtime.cluster.Reconciler;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;

/** Applies {@link StatefulSetPlan}. */
public final class StatefulSetController implements Reconciler {
    private final ObjectCache cache;
    private final ClusterWriter writer;
    private final Revisions revisions;

    public StatefulSetController(ObjectCache cache, ClusterWriter writer, KubernetesSerialization json) {
        this.cache = cache;
        this.writer = writer;
        this.revisions = new Revisions(cache, writer, json);
    }

    @Override
    public void reconcile(Key key) {
        var set = cache.get(StatefulSet.class, key.namespace(), key.name());
        if (set == null || set.getMetadata().getDeletionTimestamp() != null) {
            return;
        }
        var update = revisions.ensure(set, set.getSpec().getTemplate());
        var known = set.getStatus() == null ? null : set.getStatus().getCurrentRevision();
        var current = known == null ? update : known;
        for (var action : StatefulSetPlan.next(set, pods(set), current, update)) {
            switch (action) {
                case StatefulSetPlan.Action.Create create -> writer.create(pod(set, create));
                case StatefulSetPlan.Action.Delete delete -> writer.delete(delete.pod());
            }
        }
        writeStatus(set, current, update);
    }

    private void writeStatus(StatefulSet set, String current, String update) {
        var pods = pods(set);
        var status = StatefulSetStatuses.of(set, pods, current, update);
        if (!status.equals(set.getStatus())) {
            var copy = writer.copy(set);
            copy.setStatus(status);
            writer.updateStatus(copy);
        }
        var used = new HashSet<String>();
        used.add(status.getCurrentRevision());
        used.add(update);
        pods.forEach(pod -> used.add(StatefulSetPlan.revision(pod)));
        revisions.keepOnly(set, used);
    }

    private List<Pod> pods(StatefulSet set) {
        return Owners.controlledBy(set, cache.list(Pod.class, set.getMetadata().getNamespace()));
    }

    private Pod pod(StatefulSet set, StatefulSetPlan.Action.Create create) {
        var template = revisions.template(set, create.revision(), set.getSpec().getTemplate());
        var name = set.getMetadata().getName() + "-" + create.ordinal();
        var labels = new HashMap<String, String>();
        labels.put("statefulset.kubernetes.io/pod-name", name);
        labels.put("apps.kubernetes.io/pod-index", Integer.toString(create.ordinal()));
        labels.put("controller-revision-hash", create.revision());
        var pod = PodFromTemplate.pod(set, template, name, labels);
        pod.getSpec().setHostname(name);
        pod.getSpec().setSubdomain(set.getSpec().getServiceName());
        return pod;
    }
}
