package dev.kvcachepool.e2e.runtime;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.Map;

/** Pods and nodes for plans to be tried on. */
public final class TestPods {
    private TestPods() {}

    /** A pod of a revision that runs and is ready. */
    public static Pod ready(String name, String revision) {
        return with(name, revision, "True");
    }

    public static Pod unready(String name, String revision) {
        return with(name, revision, "False");
    }

    private static Pod with(String name, String revision, String ready) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("demo")
                .withUid("uid-" + name)
                .withResourceVersion("1")
                .withCreationTimestamp("2026-01-01T00:00:00Z")
                .addToLabels("controller-revision-hash", revision)
                .addToLabels("app", "pool")
                .endMetadata()
                .withNewSpec()
                .endSpec()
                .withNewStatus()
                .withPhase("Running")
                .addNewCondition()
                .withType("Ready")
                .withStatus(ready)
                .endCondition()
                .endStatus()
                .build();
    }

    public static Pod terminating(Pod pod) {
        return new PodBuilder(pod)
                .editMetadata()
                .withDeletionTimestamp("2026-01-01T00:00:01Z")
                .endMetadata()
                .build();
    }

    public static Pod on(String node, Pod pod) {
        return new PodBuilder(pod).editSpec().withNodeName(node).endSpec().build();
    }

    public static Pod at(String address, Pod pod) {
        return new PodBuilder(pod).editStatus().withPodIP(address).endStatus().build();
    }

    public static Node node(String name, Map<String, String> labels) {
        return new NodeBuilder()
                .withNewMetadata()
                .withName(name)
                .withLabels(labels)
                .endMetadata()
                .withNewSpec()
                .endSpec()
                .build();
    }

    public static String name(HasMetadata object) {
        return object.getMetadata().getName();
    }
}
