package dev.kvcachepool.e2e.kube;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/** An API of its own for one test, with a client. */
final class ApiUnderTest implements AutoCloseable {
    static final ResourceDefinitionContext WIDGETS = new ResourceDefinitionContext.Builder()
            .withGroup("test.example")
            .withVersion("v1")
            .withKind("Widget")
            .withPlural("widgets")
            .withNamespaced(true)
            .build();

    final KubeApi api = KubeApi.start();
    final KubernetesClient client = newClient();

    KubernetesClient newClient() {
        var config = new ConfigBuilder(Config.empty())
                .withMasterUrl(api.url())
                .withNamespace("default")
                .withRequestRetryBackoffLimit(0)
                .build();
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    void defineWidgets() {
        try (var file = ApiUnderTest.class.getResourceAsStream("/kube/widgets-crd.yaml")) {
            client.load(file).create();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    GenericKubernetesResource createWidget(String yaml) {
        return client.genericKubernetesResources(WIDGETS).resource(widget(yaml)).create();
    }

    static GenericKubernetesResource widget(String yaml) {
        var widget = Serialization.unmarshal(
                "apiVersion: test.example/v1\nkind: Widget\n" + yaml, GenericKubernetesResource.class);
        return widget;
    }

    GenericKubernetesResource getWidget(String name) {
        return client.genericKubernetesResources(WIDGETS).withName(name).get();
    }

    static ConfigMap configMap(String name, Map<String, String> data) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withData(data)
                .build();
    }

    static Pod pod(String name, Map<String, String> labels) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withLabels(labels)
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("main")
                .withImage("image:1")
                .endContainer()
                .endSpec()
                .build();
    }

    @Override
    public void close() {
        client.close();
        api.close();
    }
}
