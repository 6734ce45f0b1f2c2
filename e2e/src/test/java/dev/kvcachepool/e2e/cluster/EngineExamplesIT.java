package dev.kvcachepool.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples for those who make engines, judged by a real API server with their own definitions. */
class EngineExamplesIT {
    private static final RealCluster CLUSTER = RealCluster.get();
    private static final Path EXAMPLES = RealCluster.root().resolve("manifests/engines");
    private static final Path DEFINITIONS = RealCluster.root().resolve("e2e/src/test/resources/engines");

    @BeforeAll
    static void installTheApis() {
        for (var definition : List.of(
                RealCluster.root().resolve("crds"),
                DEFINITIONS.resolve("inferencepools.yaml"),
                DEFINITIONS.resolve("kserve-llminferenceservices-cut.json"))) {
            CLUSTER.kubectl("apply", "--server-side", "--force-conflicts", "-f", definition.toString())
                    .mustSucceed();
        }
        CLUSTER.kubectl("wait", "--for=condition=Established", "crd", "--all").mustSucceed();
    }

    private static Command.Result judged(String text) {
        var namespace = CLUSTER.namespace();
        CLUSTER.kubectl("label", "namespace", namespace, "--overwrite", "pod-security.kubernetes.io/enforce=privileged")
                .mustSucceed();
        return CLUSTER.kubectlWith(
                text.replace("namespace: demo", "namespace: " + namespace),
                "apply",
                "--dry-run=server",
                "--validate=strict",
                "-n",
                namespace,
                "-f",
                "-");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pool.yaml", "llm-d.yaml", "kserve.yaml"})
    void anExampleIsWhatItsDefinitionAllows(String example) throws IOException {
        // When
        var judged = judged(Files.readString(EXAMPLES.resolve(example)));
        // Then
        assertThat(judged.errors()).isEmpty();
        assertThat(judged.exit()).isZero();
    }

    @Test
    void theDefinitionsAreNoOpenOnes() throws IOException {
        // Given
        var example = Files.readString(EXAMPLES.resolve("kserve.yaml"));
        // When
        var misspelt = judged(example.replace("pool:", "pol:"));
        var mistyped = judged(example.replace("replicas: 2", "replicas: many"));
        // Then
        assertThat(misspelt.errors()).contains("unknown field \"spec.router.scheduler.pol\"");
        assertThat(mistyped.exit()).isNotZero();
    }
}
