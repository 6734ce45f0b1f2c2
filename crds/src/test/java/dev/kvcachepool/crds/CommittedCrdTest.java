package dev.kvcachepool.crds;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.crdv2.generator.CRDGenerator;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The committed YAML is what the types say. {@code -Dgolden.write=true} writes it anew. */
class CommittedCrdTest {
    private static final Path COMMITTED = Path.of(System.getProperty("kvp.root", ".."), "crds");

    /** kustomize reads nothing outside its own folder. */
    private static final Path INSTALLED =
            Path.of(System.getProperty("kvp.root", ".."), "manifests/kustomize/base/crds");

    @TempDir
    Path generated;

    @Test
    void theCommittedResourceDefinitionIsTheOneMadeFromTheTypes() throws Exception {
        // Given
        var name = "kvcachepools.kvcachepool.dev-v1";
        // When
        new CRDGenerator()
                .customResourceClasses(KVCachePool.class)
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
