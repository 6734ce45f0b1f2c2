package dev.kvcachepool.e2e.demo;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Applies the project's manifests as {@code kubectl apply --server-side} does. */
final class Manifests {
    private static final PatchContext APPLY = new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager("kubectl")
            .withForce(true)
            .build();

    private final KubernetesClient client;
    private final Path folder;
    private final String broker;

    /** Of the project at {@code root}, with the broker at {@code broker} in the place of the examples' own. */
    Manifests(KubernetesClient client, Path root, String broker) {
        this.client = client;
        this.broker = broker;
        this.folder = root.resolve("manifests");
    }

    /** What {@code kubectl apply -k manifests/kustomize/base} applies: the list of its kustomization, which only lists. */
    void applyBase() {
        var base = folder.resolve("kustomize/base");
        read(base.resolve("kustomization.yaml"))
                .lines()
                .map(String::strip)
                .filter(line -> line.startsWith("- "))
                .forEach(line -> applyFile(base.resolve(line.substring(2))));
    }

    void applyExample(String name) {
        applyFile(example(name));
    }

    Path example(String name) {
        return folder.resolve("examples").resolve(name);
    }

    private void applyFile(Path file) {
        load(file).forEach(this::apply);
    }

    void apply(HasMetadata resource) {
        client.resource(resource).patch(APPLY);
    }

    /** The objects of a file in which {@code ${NAME}} stands for a value. */
    List<HasMetadata> load(Path file, Map<String, String> values) {
        var text = read(file);
        for (var value : values.entrySet()) {
            text = text.replace("${" + value.getKey() + "}", value.getValue());
        }
        return objects(text);
    }

    private List<HasMetadata> load(Path file) {
        return objects(read(file).replace(LocalKubernetes.BROKER, broker));
    }

    private List<HasMetadata> objects(String yaml) {
        return client.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
                .items();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
