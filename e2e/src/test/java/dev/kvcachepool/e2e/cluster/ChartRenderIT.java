package dev.kvcachepool.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the Helm chart renders. A directory a case: {@code values.yaml}, and {@code expected.yaml} without CRDs and
 * ClusterRole, which {@code -Dgolden.write=true} writes anew.
 */
class ChartRenderIT {
    private static final Path CASES = RealCluster.root().resolve("e2e/src/test/resources/chart");
    private static final Path BASE = RealCluster.root().resolve("manifests/kustomize/base");

    private static final Pattern DOCUMENT = Pattern.compile("^---\n", Pattern.MULTILINE);
    private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

    static List<Path> cases() throws IOException {
        try (var directories = Files.list(CASES)) {
            return directories.sorted().toList();
        }
    }

    private static Command.Result template(String... flags) {
        var arguments = new ArrayList<>(List.of(
                "template", "kvcachepool", PackageTools.chart().toString(), "--namespace", "kvcachepool-system"));
        arguments.addAll(List.of(flags));
        return PackageTools.helm(arguments.toArray(String[]::new));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void itRendersWhatTheValuesSay(Path folder) throws IOException {
        // Given
        var values = folder.resolve("values.yaml").toString();
        // When
        var lint = PackageTools.helm("lint", "--strict", PackageTools.chart().toString(), "--values", values);
        var rendered = withoutClusterRole(
                template("--values", values, "--set", "crds.install=false").mustSucceed());
        // Then
        assertThat(lint.exit()).as(lint.output() + lint.errors()).isZero();
        var expected = folder.resolve("expected.yaml");
        if (Boolean.getBoolean("golden.write")) {
            Files.writeString(expected, rendered);
        }
        assertThat(rendered)
                .as("run with -Dgolden.write=true and read the difference")
                .isEqualTo(Files.readString(expected));
    }

    private static String withoutClusterRole(String rendered) {
        return DOCUMENT.splitAsStream(rendered)
                .filter(document -> !document.contains("\nkind: ClusterRole\n"))
                .collect(Collectors.joining("---\n"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    replicas=many                | at '/replicas': got string, want integer
                    replicas=-1                  | at '/replicas': minimum: got -1, want 0
                    replcas=2                    | additional properties 'replcas' not allowed
                    image.tagg=x                 | at '/image': additional properties 'tagg' not allowed
                    image.digest=sha256:12       | at '/image/digest'
                    watchNamespaces={Upper}      | at '/watchNamespaces/0'
                    serviceAccount.create=false  | at '/serviceAccount/name'
                    log.level=LOUD               | at '/log/level': value must be one of 'DEBUG', 'INFO', 'WARN', 'ERROR'
                    crds.install=perhaps         | at '/crds/install': got string, want boolean
                    metrics.service.port=70000   | at '/metrics/service/port': maximum: got 70,000, want 65,535
                    """)
    void aWrongValueIsRefusedByItsName(String wrong, String message) {
        // When
        var refused = template("--set", wrong);
        // Then
        assertThat(refused.exit()).as(refused.output()).isNotZero();
        assertThat(refused.errors()).contains(message);
    }

    @Test
    void withoutValuesItInstallsWhatKustomizesBaseInstalls() {
        // When
        var chart = read(template().mustSucceed());
        // Then
        var base = Stream.of("deployment.yaml", "cluster-role.yaml", "lease-role.yaml")
                .flatMap(file -> read(text(BASE.resolve(file))).stream())
                .toList();
        var ours = one(chart, Deployment.class).getSpec().getTemplate().getSpec();
        var theirs = one(base, Deployment.class).getSpec().getTemplate().getSpec();
        theirs.setServiceAccountName(ours.getServiceAccountName());
        theirs.getContainers().getFirst().setImagePullPolicy("IfNotPresent");
        assertThat(yaml(ours)).isEqualTo(yaml(theirs));
        assertThat(yaml(one(chart, ClusterRole.class).getRules()))
                .isEqualTo(yaml(one(base, ClusterRole.class).getRules()));
        assertThat(yaml(one(chart, Role.class).getRules()))
                .isEqualTo(yaml(one(base, Role.class).getRules()));
    }

    @Test
    void theDefinitionsAreTheCommittedOnesAndKept() throws IOException {
        // When
        var chart = read(template().mustSucceed());
        // Then
        var rendered = chart.stream()
                .filter(CustomResourceDefinition.class::isInstance)
                .map(CustomResourceDefinition.class::cast)
                .toList();
        try (var files = Files.newDirectoryStream(RealCluster.root().resolve("crds"), "*.yaml")) {
            files.forEach(file -> {
                var committed = one(read(text(file)), CustomResourceDefinition.class);
                assertThat(rendered)
                        .filteredOn(definition -> definition
                                .getMetadata()
                                .getName()
                                .equals(committed.getMetadata().getName()))
                        .singleElement()
                        .satisfies(definition -> {
                            assertThat(tree(definition.getSpec())).isEqualTo(tree(committed.getSpec()));
                            assertThat(definition.getMetadata().getAnnotations())
                                    .containsEntry("helm.sh/resource-policy", "keep");
                        });
            });
        }
        assertThat(template("--set", "crds.install=false").mustSucceed()).doesNotContain("CustomResourceDefinition");
    }

    private static List<HasMetadata> read(String yaml) {
        try (var client = new KubernetesClientBuilder().build()) {
            return client.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
                    .items();
        }
    }

    private static <T> T one(List<HasMetadata> resources, Class<T> type) {
        return resources.stream()
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + type.getSimpleName() + " is rendered"));
    }

    private static String yaml(Object part) {
        return SERIALIZATION.asYaml(part);
    }

    /** Equal whatever the order of fields. */
    private static Map<?, ?> tree(Object part) {
        return SERIALIZATION.unmarshal(yaml(part), Map.class);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
