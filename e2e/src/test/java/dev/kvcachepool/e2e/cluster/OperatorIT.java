package dev.kvcachepool.e2e.cluster;

import static dev.kvcachepool.e2e.cluster.OperatorFixture.CLUSTER;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.apply;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.await;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.awaitCondition;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.client;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.condition;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.events;
import static dev.kvcachepool.e2e.cluster.OperatorFixture.pool;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The operator on a real API server, under the shipped roles, in namespaces that enforce restricted pods. */
class OperatorIT {
    private static final String LEAST = """
            replicas: 2
            tiers: {host: {size: 1Gi}}
            adverts: {bootstrapServers: "127.0.0.1:9"}
            """;

    /** Every object of the namespace that the operator or a pool can have to do with, as kind/name. */
    private static List<String> children(String namespace) {
        var client = client();
        Stream<Stream<? extends HasMetadata>> kinds = Stream.of(
                client.apps().statefulSets().inNamespace(namespace).list().getItems().stream(),
                client.apps().daemonSets().inNamespace(namespace).list().getItems().stream(),
                client.apps().deployments().inNamespace(namespace).list().getItems().stream(),
                client.services().inNamespace(namespace).list().getItems().stream(),
                client.configMaps().inNamespace(namespace).list().getItems().stream(),
                client.serviceAccounts().inNamespace(namespace).list().getItems().stream(),
                client.policy().v1().podDisruptionBudget().inNamespace(namespace).list().getItems().stream(),
                client.rbac().roles().inNamespace(namespace).list().getItems().stream(),
                client.rbac().roleBindings().inNamespace(namespace).list().getItems().stream(),
                client.pods().inNamespace(namespace).list().getItems().stream());
        return kinds.flatMap(kind -> kind)
                .map(child -> child.getKind() + "/" + child.getMetadata().getName())
                .filter(child -> !child.equals("ConfigMap/kube-root-ca.crt") && !child.equals("ServiceAccount/default"))
                .sorted()
                .toList();
    }

    @Test
    void aPooledPoolGetsItsChildrenAndIsReady() {
        // Given
        var namespace = CLUSTER.namespace();
        // When
        apply(namespace, "shared", LEAST);
        // Then
        awaitCondition(namespace, "shared", "Ready", "True AllServing: 2 of 2 cache-nodes serve");
        assertThat(children(namespace).stream().filter(child -> !child.startsWith("Pod/")))
                .containsExactly(
                        "ConfigMap/shared-config",
                        "ConfigMap/shared-connection",
                        "Deployment/shared-router",
                        "PodDisruptionBudget/shared",
                        "Role/shared-router",
                        "RoleBinding/shared-router",
                        "Service/shared",
                        "Service/shared-nodes",
                        "Service/shared-router",
                        "ServiceAccount/shared",
                        "ServiceAccount/shared-router",
                        "StatefulSet/shared");
        var status = pool(namespace, "shared").getStatus();
        assertThat(status.replicas()).isEqualTo(2);
        assertThat(status.readyReplicas()).isEqualTo(2);
        assertThat(client().pods()
                        .inNamespace(namespace)
                        .withLabels(labels(status.selector()))
                        .list()
                        .getItems())
                .hasSize(2);
    }

    private static Map<String, String> labels(String selector) {
        return Stream.of(selector.split(","))
                .map(label -> label.split("=", 2))
                .collect(Collectors.toMap(label -> label[0], label -> label[1]));
    }

    @Test
    void aNodeLocalPoolGetsOneNodePerKubernetesNode() {
        // Given
        var namespace = CLUSTER.namespace();
        // When
        apply(namespace, "local", """
                placement: NodeLocal
                tiers: {host: {size: 1Gi}}
                adverts: {bootstrapServers: "127.0.0.1:9"}
                template: {nodeSelector: {type: kwok}}
                """);
        // Then
        awaitCondition(namespace, "local", "Ready", "True AllServing: 2 of 2 cache-nodes serve");
        assertThat(children(namespace))
                .contains("DaemonSet/local")
                .doesNotContain("StatefulSet/local", "PodDisruptionBudget/local");
        assertThat(client().services()
                        .inNamespace(namespace)
                        .withName("local")
                        .get()
                        .getSpec()
                        .getInternalTrafficPolicy())
                .isEqualTo("Local");
    }

    @Test
    void scalingThePoolScalesItsNodes() {
        // Given
        var namespace = CLUSTER.namespace();
        apply(namespace, "shared", LEAST);
        awaitCondition(namespace, "shared", "Ready", "True");
        // When
        CLUSTER.kubectl("scale", "kvp/shared", "--replicas=3", "-n", namespace).mustSucceed();
        // Then
        awaitCondition(namespace, "shared", "Ready", "True AllServing: 3 of 3");
        assertThat(CLUSTER.kubectl("get", "kvp", "shared", "-n", namespace).mustSucceed())
                .containsPattern("NAME +READY +NODES +DESIRED +PLACEMENT +CAPACITY +USED +HIT% +AGE")
                .containsPattern("shared +True +3 +3 +Pooled");
        assertThat(client().configMaps()
                        .inNamespace(namespace)
                        .withName("shared-connection")
                        .get()
                        .getData()
                        .get("node-urls"))
                .contains("redis://shared-2.shared-nodes." + namespace + ".svc:6379");
    }

    @Test
    void aChildChangedByHandIsPutRightWithAnEventAndOthersFieldsStay() {
        // Given
        var namespace = CLUSTER.namespace();
        apply(namespace, "shared", LEAST);
        awaitCondition(namespace, "shared", "Ready", "True");
        // When
        CLUSTER.kubectl("label", "service/shared", "owner=somebody", "-n", namespace)
                .mustSucceed();
        CLUSTER.kubectl("scale", "statefulset/shared", "--replicas=1", "-n", namespace)
                .mustSucceed();
        CLUSTER.kubectl("delete", "configmap/shared-connection", "-n", namespace)
                .mustSucceed();
        // Then
        await("the change is undone").untilAsserted(() -> {
            assertThat(events(namespace, "shared", "ManualEditReverted"))
                    .anySatisfy(message -> assertThat(message).contains("StatefulSet shared"));
            assertThat(client().apps()
                            .statefulSets()
                            .inNamespace(namespace)
                            .withName("shared")
                            .get()
                            .getSpec()
                            .getReplicas())
                    .isEqualTo(2);
            assertThat(children(namespace)).contains("ConfigMap/shared-connection");
        });
        assertThat(client().services()
                        .inNamespace(namespace)
                        .withName("shared")
                        .get()
                        .getMetadata()
                        .getLabels())
                .containsEntry("owner", "somebody");
    }

    @Test
    void anotherApplierIsToldOfTheConflict() {
        // Given
        var namespace = CLUSTER.namespace();
        apply(namespace, "shared", LEAST);
        awaitCondition(namespace, "shared", "Ready", "True");
        var theirs = """
                apiVersion: apps/v1
                kind: StatefulSet
                metadata: {name: shared}
                spec: {replicas: 7}
                """;
        // When
        var applied = CLUSTER.kubectlWith(
                theirs, "apply", "--server-side", "--field-manager=other", "-n", namespace, "-f", "-");
        // Then
        assertThat(applied.exit()).isNotZero();
        assertThat(applied.errors()).contains("conflict with \"kvcachepool-operator\": .spec.replicas");
    }

    @Test
    void aPausedPoolIsLeftAloneUntilItGoesOn() {
        // Given
        var namespace = CLUSTER.namespace();
        apply(namespace, "shared", LEAST);
        awaitCondition(namespace, "shared", "Ready", "True");
        CLUSTER.kubectl("annotate", "kvp/shared", "kvcachepool.dev/pause=true", "-n", namespace)
                .mustSucceed();
        awaitCondition(namespace, "shared", "ReconciliationPaused", "True");
        CLUSTER.kubectl("scale", "kvp/shared", "--replicas=3", "-n", namespace).mustSucceed();
        awaitCondition(namespace, "shared", "Progressing", "False Paused");
        var whilePaused = client().apps()
                .statefulSets()
                .inNamespace(namespace)
                .withName("shared")
                .get()
                .getSpec()
                .getReplicas();
        // When
        CLUSTER.kubectl("annotate", "kvp/shared", "kvcachepool.dev/pause-", "-n", namespace)
                .mustSucceed();
        // Then
        assertThat(whilePaused).isEqualTo(2);
        awaitCondition(namespace, "shared", "ReconciliationPaused", "False");
        awaitCondition(namespace, "shared", "Ready", "True AllServing: 3 of 3");
    }

    @Test
    void aRouterThatIsSwitchedOffGoesWithAllThatIsItsOwn() {
        // Given
        var namespace = CLUSTER.namespace();
        apply(namespace, "shared", LEAST);
        awaitCondition(namespace, "shared", "Ready", "True");
        // When
        apply(namespace, "shared", LEAST + "router: {enabled: false}\n");
        // Then
        await("the router's children are gone")
                .untilAsserted(() -> assertThat(children(namespace))
                        .noneMatch(child -> child.contains("router"))
                        .contains("StatefulSet/shared"));
        awaitCondition(namespace, "shared", "Steerable", "False RouterDisabled");
    }

    @Test
    void aDeletedPoolLeavesNothing() {
        // Given
        var namespace = CLUSTER.namespace();
        apply(namespace, "shared", LEAST);
        awaitCondition(namespace, "shared", "Ready", "True");
        // When
        CLUSTER.kubectl("delete", "kvp/shared", "-n", namespace).mustSucceed();
        // Then
        await("nothing is left")
                .untilAsserted(() -> assertThat(children(namespace)).isEmpty());
    }

    @Test
    void aSelectorThatMeansNothingIsNamedInTheStatus() {
        // Given
        var namespace = CLUSTER.namespace();
        // When
        apply(namespace, "shared", LEAST + """
                router: {engines: {selector: {matchExpressions: [{key: app, operator: Like, values: [x]}]}}}
                """);
        // Then
        awaitCondition(namespace, "shared", "Degraded", "True ChildFailed");
        assertThat(condition(namespace, "shared", "Degraded"))
                .contains("spec.router.engines.selector: operator Like is not one of In, NotIn, Exists, DoesNotExist");
    }
}
