package dev.kvcachepool.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The schema on a real API server. A directory a rule: {@code pass.yaml} is accepted, {@code fail.yaml} refused with
 * {@code message.txt}; rules of changes have a {@code before.yaml} too.
 */
class CrdRulesIT {
    private static final Path RULES = RealCluster.root().resolve("e2e/src/test/resources/rules");
    private static final RealCluster CLUSTER = RealCluster.get();

    @BeforeAll
    static void installTheApi() {
        CLUSTER.kubectl(
                        "apply",
                        "--server-side",
                        "-f",
                        RealCluster.root().resolve("crds").toString())
                .mustSucceed();
        CLUSTER.kubectl(
                        "wait",
                        "--for=condition=Established",
                        "crd/kvcachepools.kvcachepool.dev",
                        "crd/prefixpins.kvcachepool.dev")
                .mustSucceed();
    }

    static List<Path> rules() throws IOException {
        try (var directories = Files.list(RULES)) {
            return directories.sorted().toList();
        }
    }

    private static Command.Result apply(String namespace, Path file) {
        return CLUSTER.kubectl("apply", "-n", namespace, "-f", file.toString());
    }

    /** Judged in full, and not kept: pools of 512 nodes would fill the cluster. */
    private static Command.Result dryRun(String namespace, Path file) {
        return CLUSTER.kubectl("apply", "--dry-run=server", "-n", namespace, "-f", file.toString());
    }

    @ParameterizedTest
    @MethodSource("rules")
    void aRuleAcceptsWhatItAllowsAndNamesTheFieldOtherwise(Path rule) throws IOException {
        // Given
        var namespace = CLUSTER.namespace();
        var before = rule.resolve("before.yaml");
        if (Files.exists(before)) {
            apply(namespace, before).mustSucceed();
        }
        // When
        var refused = dryRun(namespace, rule.resolve("fail.yaml"));
        var accepted = dryRun(namespace, rule.resolve("pass.yaml"));
        // Then
        assertThat(refused.exit()).as(refused.output()).isNotZero();
        assertThat(refused.errors())
                .contains(Files.readString(rule.resolve("message.txt")).strip());
        assertThat(accepted.errors()).isEmpty();
        assertThat(accepted.exit()).isZero();
    }

    @Test
    void whatIsNotGivenIsFilledIn() throws IOException {
        // Given
        var namespace = CLUSTER.namespace();
        // When
        apply(namespace, RULES.resolve("name/pass.yaml")).mustSucceed();
        // Then
        var spec = CLUSTER.kubectl("get", "kvp", "-n", namespace, "-o", "jsonpath={.items[0].spec}")
                .mustSucceed();
        assertThat(spec)
                .contains(
                        "\"placement\":\"Pooled\"",
                        "\"highWatermark\":99",
                        "\"partitions\":4",
                        "\"readLease\":\"30s\"",
                        "\"port\":6379",
                        "\"policy\":\"adverts\"");
    }

    @Test
    void everyFieldExplainsItself() {
        // When
        var explained = CLUSTER.kubectl("explain", "kvp.spec", "--recursive").mustSucceed();
        var size = CLUSTER.kubectl("explain", "kvp.spec.tiers.host.size").mustSucceed();
        // Then
        assertThat(explained).contains("bootstrapServers", "highWatermark", "chunkTokens", "nodeSelector");
        assertThat(size).contains("a quantity from 16Mi to 8Ti");
        assertThat(CLUSTER.kubectl("explain", "kvpin.spec", "--recursive").mustSucceed())
                .contains("cacheSaltSecretRef", "blockHashes", "expiresAt");
    }

    @Test
    void theExamplesAreValid() throws IOException {
        // Given
        var namespace = CLUSTER.namespace();
        try (var examples = Files.list(RealCluster.root().resolve("manifests/examples"))) {
            for (var example : examples.toList()) {
                // When
                var text = Files.readString(example).replace("namespace: demo", "namespace: " + namespace);
                var applied = CLUSTER.kubectlWith(text, "apply", "--dry-run=server", "-n", namespace, "-f", "-");
                // Then
                assertThat(applied.errors()).as(example.toString()).isEmpty();
                assertThat(applied.exit()).isZero();
            }
        }
    }
}
