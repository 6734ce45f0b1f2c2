package dev.kvcachepool.router.engines;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;

/** Engine pods for tests. */
final class Pods {
    private Pods() {}

    static Pod ready(String name, String address, String kubernetesNode) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("ns")
                .withUid("uid-" + name)
                .withResourceVersion("7")
                .addToLabels("app", "vllm")
                .endMetadata()
                .withNewSpec()
                .withNodeName(kubernetesNode)
                .endSpec()
                .withNewStatus()
                .withPodIP(address)
                .addNewCondition()
                .withType("Ready")
                .withStatus("True")
                .endCondition()
                .endStatus()
                .build();
    }
}
