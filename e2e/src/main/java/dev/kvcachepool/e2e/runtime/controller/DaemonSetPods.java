package dev.kvcachepool.e2e.runtime.controller;

import io.fabric8.kubernetes.api.model.AffinityBuilder;
import io.fabric8.kubernetes.api.model.NodeAffinityBuilder;
import io.fabric8.kubernetes.api.model.NodeSelector;
import io.fabric8.kubernetes.api.model.NodeSelectorBuilder;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.NodeSelectorTermBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A DaemonSet's pods are tied to their node by affinity and stay when it is cordoned; the scheduler binds them. */
final class DaemonSetPods {
    private static final String NAME_FIELD = "metadata.name";

    private DaemonSetPods() {}

    static PodSpec tolerant(PodSpec spec) {
        return new PodSpecBuilder(spec)
                .addToTolerations(exists("node.kubernetes.io/not-ready", "NoExecute"))
                .addToTolerations(exists("node.kubernetes.io/unreachable", "NoExecute"))
                .addToTolerations(exists("node.kubernetes.io/unschedulable", "NoSchedule"))
                .build();
    }

    static PodSpec tiedTo(PodSpec spec, String node) {
        var affinity = spec.getAffinity();
        var nodeAffinity = affinity == null ? null : affinity.getNodeAffinity();
        var required = nodeAffinity == null ? null : nodeAffinity.getRequiredDuringSchedulingIgnoredDuringExecution();
        var tied = (nodeAffinity == null ? new NodeAffinityBuilder() : new NodeAffinityBuilder(nodeAffinity))
                .withRequiredDuringSchedulingIgnoredDuringExecution(tied(required, node))
                .build();
        return new PodSpecBuilder(spec)
                .withAffinity((affinity == null ? new AffinityBuilder() : new AffinityBuilder(affinity))
                        .withNodeAffinity(tied)
                        .build())
                .build();
    }

    private static NodeSelector tied(@Nullable NodeSelector required, String node) {
        var field = new NodeSelectorRequirement(NAME_FIELD, "In", List.of(node));
        var terms = required == null ? List.of(new NodeSelectorTerm()) : required.getNodeSelectorTerms();
        return new NodeSelectorBuilder()
                .withNodeSelectorTerms(terms.stream()
                        .map(term -> new NodeSelectorTermBuilder(term)
                                .withMatchFields(field)
                                .build())
                        .toList())
                .build();
    }

    /** The node that a pod is bound or tied to. */
    static String node(Pod pod) {
        var bound = pod.getSpec().getNodeName();
        if (bound != null) {
            return bound;
        }
        return pod
                .getSpec()
                .getAffinity()
                .getNodeAffinity()
                .getRequiredDuringSchedulingIgnoredDuringExecution()
                .getNodeSelectorTerms()
                .stream()
                .flatMap(term -> term.getMatchFields().stream())
                .filter(field -> NAME_FIELD.equals(field.getKey()))
                .map(field -> field.getValues().getFirst())
                .findFirst()
                .orElse("");
    }

    private static Toleration exists(String key, String effect) {
        return new Toleration(effect, key, "Exists", null, null);
    }
}
