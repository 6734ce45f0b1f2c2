package dev.kvcachepool.e2e;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/** What an API in memory needs before the operator can start. */
public final class ApiContents {
    private static final List<String> KINDS = List.of("kvcachepools", "prefixpins");

    private ApiContents() {}

    /** Makes the namespaces and applies the resource definitions. */
    public static void install(KubernetesClient client, String... namespaces) throws IOException {
        for (var namespace : namespaces) {
            var _ = client.resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withName(namespace)
                            .endMetadata()
                            .build())
                    .create();
        }
        for (var kind : KINDS) {
            var file = Fixture.ROOT.resolve("crds/" + kind + ".kvcachepool.dev-v1.yaml");
            try (var definition = Files.newInputStream(file)) {
                var _ = client.load(definition).serverSideApply();
            }
        }
    }
}
