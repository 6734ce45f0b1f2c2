package dev.kvcachepool.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The OLM bundle under operator-framework's validators and on a real API server. */
class BundleIT {
    private static final RealCluster CLUSTER = RealCluster.get();
    private static final Path BUNDLE = RealCluster.root().resolve("manifests/olm/bundle");
    private static final String SERVICE_VERSION = "manifests/kvcachepool-operator.clusterserviceversion.yaml";

    @TempDir
    Path folder;

    @Test
    void theValidatorsFindNothing() {
        // When
        var judged = PackageTools.bundleCheck(BUNDLE);
        // Then
        assertThat(judged.mustSucceed()).startsWith("nothing found in kvcachepool-operator.v");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    - name: prefixpins.kvcachepool.dev  | - name: prefixes.kvcachepool.dev | "prefixes.kvcachepool.dev" is not in
                    AI/Machine Learning                 | Machines                         | Machines
                    capabilities: Seamless Upgrades     | capabilities: Everything         | Everything
                    minKubeVersion: 1.30.0              | minKubeVersion: one              | MinKubeVersion
                    mediatype: image/svg+xml            | mediatype: text/plain            | mediatype
                    requests:                           | wishes:                          | resource requests
                    "kind" : "PrefixPin"                | "kind" : "PrefixPins"            | PrefixPin
                    """)
    void whatIsWrongIsFound(String right, String wrong, String finding) throws IOException {
        // Given
        var broken = copy();
        var file = broken.resolve(SERVICE_VERSION);
        var text = Files.readString(file);
        assertThat(text).contains(right);
        Files.writeString(file, text.replace(right, wrong));
        // When
        var judged = PackageTools.bundleCheck(broken);
        // Then
        assertThat(judged.exit()).as(judged.output()).isOne();
        assertThat(judged.output()).contains(finding);
    }

    @Test
    void aDefinitionWithAnotherNameThanTheBundleSaysIsFound() throws IOException {
        // Given
        var broken = copy();
        var file = broken.resolve("manifests/prefixpins.kvcachepool.dev-v1.yaml");
        Files.writeString(
                file, Files.readString(file).replace("name: prefixpins.kvcachepool.dev", "name: pins.kvcachepool.dev"));
        // When
        var judged = PackageTools.bundleCheck(broken);
        // Then
        assertThat(judged.exit()).as(judged.output()).isOne();
        assertThat(judged.output()).contains("\"prefixpins.kvcachepool.dev\" is not in the bundle");
    }

    @Test
    void anApiServerTakesTheBundleAndItsExamples() throws IOException {
        // Given
        var namespace = CLUSTER.namespace();
        CLUSTER.kubectlWith(PackageTools.definitionOfBundles(), "apply", "--server-side", "-f", "-")
                .mustSucceed();
        for (var definition : List.of("kvcachepools", "prefixpins")) {
            CLUSTER.kubectl(
                            "apply",
                            "--server-side",
                            "--force-conflicts",
                            "-f",
                            BUNDLE.resolve("manifests/" + definition + ".kvcachepool.dev-v1.yaml")
                                    .toString())
                    .mustSucceed();
        }
        CLUSTER.kubectl("wait", "--for=condition=Established", "crd", "--all").mustSucceed();
        // When
        var bundle = BUNDLE.resolve(SERVICE_VERSION);
        var taken = dryRun(namespace, Files.readString(bundle));
        var examples = dryRun(namespace, "{apiVersion: v1, kind: List, items: " + examples(bundle) + "}");
        // Then
        assertThat(taken.mustSucceed()).contains("kvcachepool-operator.v");
        assertThat(examples.mustSucceed()).contains("kvcachepool.kvcachepool.dev/complete", "prefixpin");
    }

    private static Command.Result dryRun(String namespace, String yaml) {
        return CLUSTER.kubectlWith(yaml, "create", "--dry-run=server", "--validate=strict", "-n", namespace, "-f", "-");
    }

    private static String examples(Path bundle) throws IOException {
        Map<?, ?> csv = new KubernetesSerialization().unmarshal(Files.readString(bundle), Map.class);
        var metadata = (Map<?, ?>) csv.get("metadata");
        var annotations = (Map<?, ?>) metadata.get("annotations");
        return (String) annotations.get("alm-examples");
    }

    private Path copy() throws IOException {
        var copy = folder.resolve("bundle");
        try (var files = Files.walk(BUNDLE)) {
            for (var file : files.toList()) {
                Files.copy(file, copy.resolve(BUNDLE.relativize(file)));
            }
        }
        return copy;
    }
}
