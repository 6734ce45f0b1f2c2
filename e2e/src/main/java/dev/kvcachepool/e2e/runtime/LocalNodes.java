package dev.kvcachepool.e2e.runtime;

import dev.kvcachepool.e2e.runtime.cluster.ClusterWriter;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.HashMap;
import java.util.List;

/** The Node objects of the nodes that the runtime plays, as kubelets register them. */
record LocalNodes(KubernetesClient client, List<NodeSettings> nodes) {
    void register() {
        for (var settings : nodes) {
            if (client.nodes().withName(settings.name()).get() == null) {
                var node = client.resource(node(settings)).create();
                node.setStatus(node(settings).getStatus());
                var _ = client.resource(node).updateStatus();
            }
        }
    }

    private static Node node(NodeSettings settings) {
        var labels = new HashMap<>(settings.labels());
        labels.put("kubernetes.io/hostname", settings.name());
        labels.put("kubernetes.io/os", "linux");
        if (!settings.zone().isEmpty()) {
            labels.put("topology.kubernetes.io/zone", settings.zone());
        }
        var now = ClusterWriter.now();
        return new NodeBuilder()
                .withNewMetadata()
                .withName(settings.name())
                .withLabels(labels)
                .endMetadata()
                .withNewSpec()
                .endSpec()
                .withNewStatus()
                .addNewAddress("127.0.0.1", "InternalIP")
                .addNewCondition()
                .withType("Ready")
                .withStatus("True")
                .withReason("KubeletReady")
                .withLastHeartbeatTime(now)
                .withLastTransitionTime(now)
                .endCondition()
                .endStatus()
                .build();
    }
}
