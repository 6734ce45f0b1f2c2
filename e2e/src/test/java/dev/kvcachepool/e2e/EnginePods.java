package dev.kvcachepool.e2e;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Path;

/** Engine pods as an API server tells of them, all at 127.0.0.1; nothing runs in them. */
final class EnginePods implements AutoCloseable {
    static final String SELECTOR = "app=engine";

    private final KubernetesClient client;

    EnginePods(Path kubeconfig) {
        this.client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(kubeconfig.toFile()))
                .build();
    }

    /** One that is there and ready. */
    void ready(String name) {
        client.resource(pod(name)).create();
        client.resource(new PodBuilder(pod(name))
                        .withNewStatus()
                        .withPodIP("127.0.0.1")
                        .addNewCondition()
                        .withType("Ready")
                        .withStatus("True")
                        .endCondition()
                        .endStatus()
                        .build())
                .patchStatus();
    }

    void delete(String name) {
        client.resource(pod(name)).withGracePeriod(0).delete();
    }

    private static Pod pod(String name) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("default")
                .addToLabels("app", "engine")
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("engine")
                .withImage("engine")
                .endContainer()
                .endSpec()
                .build();
    }

    @Override
    public void close() {
        client.close();
    }
}
