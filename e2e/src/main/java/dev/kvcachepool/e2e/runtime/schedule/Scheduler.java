package dev.kvcachepool.e2e.runtime.schedule;

import dev.kvcachepool.e2e.runtime.cluster.ClusterWriter;
import dev.kvcachepool.e2e.runtime.cluster.EventRecorder;
import dev.kvcachepool.e2e.runtime.cluster.Key;
import dev.kvcachepool.e2e.runtime.cluster.ObjectCache;
import dev.kvcachepool.e2e.runtime.cluster.PodState;
import dev.kvcachepool.e2e.runtime.cluster.Reconciler;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;

/** Binds pods to nodes, or says on the pod why it can't. */
public final class Scheduler implements Reconciler {
    private final ObjectCache cache;
    private final ClusterWriter writer;
    private final EventRecorder events;

    public Scheduler(ObjectCache cache, ClusterWriter writer, EventRecorder events) {
        this.cache = cache;
        this.writer = writer;
        this.events = events;
    }

    @Override
    public void reconcile(Key key) {
        var pod = cache.get(Pod.class, key.namespace(), key.name());
        if (pod == null || pod.getSpec().getNodeName() != null || !PodState.isActive(pod)) {
            return;
        }
        switch (NodeChoice.of(pod, cache.list(Node.class), cache.list(Pod.class))) {
            case NodeChoice.On on -> bind(pod, on.node());
            case NodeChoice.Unschedulable no -> explain(pod, no.message());
        }
    }

    private void bind(Pod pod, String node) {
        writer.bind(pod, node);
        events.normal(
                pod,
                "Scheduled",
                "Successfully assigned " + pod.getMetadata().getNamespace() + "/"
                        + pod.getMetadata().getName() + " to " + node);
    }

    private void explain(Pod pod, String message) {
        var known = PodState.condition(pod, "PodScheduled");
        if (known.filter(condition -> message.equals(condition.getMessage())).isPresent()) {
            return;
        }
        var copy = writer.copy(pod);
        var before = copy.getStatus() == null ? new PodStatus() : copy.getStatus();
        copy.setStatus(new PodStatusBuilder(before)
                .withPhase("Pending")
                .withConditions(new PodConditionBuilder()
                        .withType("PodScheduled")
                        .withStatus("False")
                        .withReason("Unschedulable")
                        .withMessage(message)
                        .withLastTransitionTime(known.map(condition -> condition.getLastTransitionTime())
                                .orElseGet(ClusterWriter::now))
                        .build())
                .build());
        writer.updateStatus(copy);
        events.warning(pod, "FailedScheduling", message);
    }
}
