package dev.kvcachepool.crds;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.CustomResource;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The committed YAML is what the types say. {@code -Dgolden.write=true} writes it anew. */
class CommittedCrdTest {
    private static final Path COMMITTED = Path.of(System.getProperty("kvp.root", ".."), "crds");

    /** kustomize reads nothing outside its own folder. */
    private static final Path INSTALLED =
            Path.of(System.getProperty("kvp.root", ".."), "manifests/kustomize/base/crds");

    @TempDir
    Path generated;

    @ParameterizedTest
    @ValueSource(classes = {KVCachePool.class, PrefixPin.class})
    void theCommittedResourceDefinitionIsTheOneMadeFromTheTypes(Class<? extends CustomResource<?, ?>> type)
            throws Exception {
        // Given
        var name = HasMetadata.getPlural(type) + ".kvcachepool.dev-v1";
        // When
        new CRDGenerator()
                .customResourceClasses(type)
                .forCRDVersions("v1")
                .withPostProcessor(new SchemaTouches())
                .withMinQuotes(true)
                .inOutputDir(generated.toFile())
                .generate();
        // Then
        var yaml = Files.readString(generated.resolve(name + ".yml"));
        var file = COMMITTED.resolve(name + ".yaml");
        if (Boolean.getBoolean("golden.write")) {
            Files.writeString(file, yaml);
            Files.writeString(INSTALLED.resolve(name + ".yaml"), yaml);
        }
        assertThat(Files.readString(file))
                .as("run: scripts/mvn -pl crds test -Dgolden.write=true")
                .isEqualTo(yaml)
                .isEqualTo(Files.readString(INSTALLED.resolve(name + ".yaml")));
    }
}
