package dev.kvcachepool.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvcachepool.crds.KVCachePool;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Helm chart on a real API server: installed, upgraded and taken away. Its pods are on fake nodes, so its operator does
 * not act.
 */
class ChartInstallIT {
    private static final RealCluster CLUSTER = RealCluster.get();
    private static final String RELEASE = "charted";
    private static final String NAME = RELEASE + "-kvcachepool-operator";
    private static final String DEFINITION = "kvcachepools.kvcachepool.dev";
    private static final String TODAY = "description: What there shall be.";
    private static final String EARLIER = "description: What an earlier version says.";

    private final String namespace = CLUSTER.namespace();

    @TempDir
    Path folder;

    /** The definitions stay, for kubectl and so for other tests: Helm, which wrote them, would be in conflict with it. */
    @AfterEach
    void takeAway() {
        PackageTools.helmAt(CLUSTER, "uninstall", RELEASE, "-n", namespace, "--ignore-not-found");
        var definitions = RealCluster.root().resolve("crds").toString();
        CLUSTER.kubectl("apply", "--server-side", "--force-conflicts", "-f", definitions)
                .mustSucceed();
    }

    /** In a run where kubectl has made the CRDs before, the release takes them over. */
    private void helm(String command, Path chart, String... flags) {
        var arguments = new ArrayList<>(List.of(
                command, RELEASE, chart.toString(), "-n", namespace, "--wait", "--timeout=60s", "--take-ownership"));
        arguments.addAll(List.of(flags));
        PackageTools.helmAt(CLUSTER, arguments.toArray(String[]::new)).mustSucceed();
    }

    private void applyPool() {
        CLUSTER.kubectl("wait", "--for=condition=Established", "crd/" + DEFINITION)
                .mustSucceed();
        var pool = """
                apiVersion: kvcachepool.dev/v1alpha1
                kind: KVCachePool
                metadata:
                  name: kept
                  annotations: {kvcachepool.dev/pause: "true"}
                spec:
                  replicas: 1
                  tiers: {host: {size: 1Gi}}
                  adverts: {bootstrapServers: "127.0.0.1:9"}
                """;
        CLUSTER.kubectlWith(pool, "apply", "-n", namespace, "-f", "-").mustSucceed();
    }

    @Test
    void anUpgradeBringsTheNewDefinitionsAndKeepsThePools() throws Exception {
        // Given
        helm("install", earlierChart());
        assertThat(descriptionOfTheSpec()).isEqualTo("What an earlier version says.");
        applyPool();
        var uid = pool().getMetadata().getUid();
        // When
        helm("upgrade", PackageTools.chart(), "--set", "replicas=2");
        // Then
        assertThat(descriptionOfTheSpec()).isEqualTo("What there shall be.");
        assertThat(pool().getMetadata().getUid()).isEqualTo(uid);
        assertThat(CLUSTER.client()
                        .resources(Deployment.class)
                        .inNamespace(namespace)
                        .withName(NAME)
                        .require()
                        .getStatus()
                        .getReadyReplicas())
                .isEqualTo(2);
    }

    @Test
    void anUninstallLeavesDefinitionsAndPoolsAndNothingElse() {
        // Given
        helm("install", PackageTools.chart());
        applyPool();
        var uid = pool().getMetadata().getUid();
        // When
        PackageTools.helmAt(CLUSTER, "uninstall", RELEASE, "-n", namespace, "--wait")
                .mustSucceed();
        // Then
        assertThat(pool().getMetadata().getUid()).isEqualTo(uid);
        assertThat(CLUSTER.client().resources(ClusterRole.class).withName(NAME).get())
                .isNull();
        assertThat(CLUSTER.kubectl(
                                "get",
                                "deployments,roles,rolebindings,services,serviceaccounts,pdb",
                                "-n",
                                namespace,
                                "-l",
                                "app.kubernetes.io/instance=" + RELEASE,
                                "-o",
                                "name")
                        .mustSucceed())
                .isEmpty();
    }

    @Test
    void withNamespacesItsRightsEndThere() {
        // Given
        var watched = CLUSTER.namespace();
        // When
        helm("install", PackageTools.chart(), "--set", "watchNamespaces={" + watched + "}");
        // Then
        assertThat(mayCreateStatefulSets(watched)).isEqualTo("yes");
        assertThat(mayCreateStatefulSets(namespace)).isEqualTo("no");
        assertThat(CLUSTER.client()
                        .resources(RoleBinding.class)
                        .inNamespace(watched)
                        .withName(NAME)
                        .require()
                        .getSubjects())
                .singleElement()
                .satisfies(subject -> assertThat(subject.getNamespace()).isEqualTo(namespace));
    }

    private String mayCreateStatefulSets(String where) {
        var account = "system:serviceaccount:" + namespace + ":" + NAME;
        return CLUSTER.kubectl("auth", "can-i", "create", "statefulsets", "-n", where, "--as=" + account)
                .output()
                .strip();
    }

    private KVCachePool pool() {
        return CLUSTER.client()
                .resources(KVCachePool.class)
                .inNamespace(namespace)
                .withName("kept")
                .require();
    }

    private static String descriptionOfTheSpec() {
        return CLUSTER.client()
                .resources(CustomResourceDefinition.class)
                .withName(DEFINITION)
                .require()
                .getSpec()
                .getVersions()
                .getFirst()
                .getSchema()
                .getOpenAPIV3Schema()
                .getProperties()
                .get("spec")
                .getDescription();
    }

    /** The chart with another text in a definition. */
    private Path earlierChart() throws IOException {
        var chart = folder.resolve("chart");
        try (var files = Files.walk(PackageTools.chart())) {
            for (var file : files.toList()) {
                Files.copy(file, chart.resolve(PackageTools.chart().relativize(file)));
            }
        }
        var definition = chart.resolve("files/crds/" + DEFINITION + "-v1.yaml");
        var text = Files.readString(definition);
        assertThat(text).contains(TODAY);
        Files.writeString(definition, text.replace(TODAY, EARLIER));
        return chart;
    }
}
