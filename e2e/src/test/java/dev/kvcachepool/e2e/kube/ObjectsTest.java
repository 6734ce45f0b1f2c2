package dev.kvcachepool.e2e.kube;

import static dev.kvcachepool.e2e.kube.ApiUnderTest.configMap;
import static dev.kvcachepool.e2e.kube.ApiUnderTest.pod;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Objects through Fabric8's client: made, read, listed, changed, as on a real API server. */
class ObjectsTest {
    private final ApiUnderTest under = new ApiUnderTest();

    @AfterEach
    void close() {
        under.close();
    }

    @Test
    void aNewObjectHasItsIdentity() {
        // When
        var created = under.client.resource(configMap("a", Map.of("x", "1"))).create();
        // Then
        assertThat(created.getMetadata().getUid()).isNotEmpty();
        assertThat(created.getMetadata().getResourceVersion()).isNotEmpty();
        assertThat(created.getMetadata().getCreationTimestamp()).isNotEmpty();
        assertThat(under.client.configMaps().withName("a").get()).isEqualTo(created);
        assertThat(under.api.writes("fabric8-kubernetes-client")).isEqualTo(1);
    }

    @Test
    void anObjectIsMadeOnce() {
        // Given
        under.client.resource(configMap("a", Map.of())).create();
        // When
        var refused =
                refusal(() -> under.client.resource(configMap("a", Map.of())).create());
        // Then
        assertThat(refused.getCode()).isEqualTo(409);
        assertThat(refused.getStatus().getReason()).isEqualTo("AlreadyExists");
        assertThat(refused.getStatus().getMessage()).isEqualTo("configmaps \"a\" already exists");
    }

    @Test
    void aNameMayBeGenerated() {
        // Given
        var unnamed = new ConfigMapBuilder()
                .withNewMetadata()
                .withGenerateName("x-")
                .endMetadata()
                .build();
        // When
        var created = under.client.resource(unnamed).create();
        // Then
        assertThat(created.getMetadata().getName()).matches("x-[a-z0-9]{5}");
    }

    @Test
    void nothingIsMadeInANamespaceThatIsNotThere() {
        // When
        var refused = refusal(() -> under.client
                .resource(configMap("a", Map.of()))
                .inNamespace("nowhere")
                .create());
        // Then
        assertThat(refused.getStatus().getMessage()).isEqualTo("namespaces \"nowhere\" not found");
    }

    @Test
    void anUpdateOfAnOldVersionIsAConflict() {
        // Given
        var first = under.client.resource(configMap("a", Map.of("x", "1"))).create();
        under.client
                .configMaps()
                .withName("a")
                .edit(map -> new ConfigMapBuilder(map).addToData("y", "2").build());
        // When
        var refused =
                refusal(() -> under.client.resource(first).lockResourceVersion().update());
        // Then
        assertThat(refused.getCode()).isEqualTo(409);
        assertThat(refused.getStatus().getMessage()).contains("the object has been modified");
    }

    @Test
    void anUpdateThatChangesNothingIsNoWrite() {
        // Given
        var first = under.client.resource(configMap("a", Map.of("x", "1"))).create();
        // When
        var again = under.client.resource(configMap("a", Map.of("x", "1"))).update();
        // Then
        assertThat(again.getMetadata().getResourceVersion())
                .isEqualTo(first.getMetadata().getResourceVersion());
        assertThat(under.api.writes()).isEqualTo(1);
    }

    @Test
    void listsAreSelectedByLabelsAndFields() {
        // Given
        under.client.resource(pod("a", Map.of("app", "x", "tier", "1"))).create();
        under.client.resource(pod("b", Map.of("app", "x", "tier", "2"))).create();
        under.client.resource(pod("c", Map.of("app", "y"))).create();
        var pods = under.client.pods();
        // When
        var byLabel = pods.withLabel("app", "x").withLabelIn("tier", "2", "3").list();
        var byField = pods.withField("metadata.name", "c").withoutLabel("tier").list();
        var byAbsence = pods.inAnyNamespace().withLabelNotIn("app", "x").list();
        // Then
        assertThat(byLabel.getItems())
                .extracting(pod -> pod.getMetadata().getName())
                .containsExactly("b");
        assertThat(byField.getItems())
                .extracting(pod -> pod.getMetadata().getName())
                .containsExactly("c");
        assertThat(byAbsence.getItems())
                .extracting(pod -> pod.getMetadata().getName())
                .containsExactly("c");
    }

    @Test
    void longListsComeInPages() {
        // Given
        for (var name : new String[] {"a", "b", "c"}) {
            under.client.resource(configMap(name, Map.of())).create();
        }
        // When
        var first = under.client
                .configMaps()
                .list(new ListOptionsBuilder().withLimit(2L).build());
        var second = under.client
                .configMaps()
                .list(new ListOptionsBuilder()
                        .withLimit(2L)
                        .withContinue(first.getMetadata().getContinue())
                        .build());
        // Then
        assertThat(first.getItems()).hasSize(2);
        assertThat(second.getItems())
                .extracting(map -> map.getMetadata().getName())
                .containsExactly("c");
        assertThat(second.getMetadata().getContinue()).isNull();
    }

    @Test
    void specAndStatusAreWrittenApartAndOnlyTheSpecCounts() {
        // Given
        under.client.resource(statefulSet(2)).create();
        // When
        var scaled = under.client.resource(statefulSet(3)).update();
        var reported = under.client
                .resource(new StatefulSetBuilder(statefulSet(7))
                        .withStatus(new StatefulSetStatusBuilder()
                                .withReplicas(1)
                                .withReadyReplicas(1)
                                .build())
                        .build())
                .updateStatus();
        // Then
        assertThat(scaled.getMetadata().getGeneration()).isEqualTo(2);
        assertThat(reported.getMetadata().getGeneration()).isEqualTo(2);
        assertThat(reported.getSpec().getReplicas()).isEqualTo(3);
        assertThat(reported.getStatus().getReadyReplicas()).isEqualTo(1);
        assertThat(under.client.resource(statefulSet(3)).update().getStatus().getReadyReplicas())
                .isEqualTo(1);
    }

    @Test
    void theBuiltInKindsHaveTheirDefaults() {
        // When
        var set = under.client.resource(statefulSet(2)).create();
        var secret = under.client
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName("s")
                        .endMetadata()
                        .addToStringData("a", "b")
                        .build())
                .create();
        // Then
        assertThat(set.getSpec().getPodManagementPolicy()).isEqualTo("OrderedReady");
        assertThat(set.getSpec().getTemplate().getSpec().getRestartPolicy()).isEqualTo("Always");
        assertThat(secret.getData()).containsEntry("a", "Yg==");
    }

    @Test
    void whatMayNotChangeStaysAsItIs() {
        // Given
        under.client.resource(statefulSet(2)).create();
        var moved = new StatefulSetBuilder(statefulSet(2))
                .editSpec()
                .withServiceName("other")
                .endSpec()
                .build();
        // When
        var refused = refusal(() -> under.client.resource(moved).update());
        // Then
        assertThat(refused.getCode()).isEqualTo(422);
        assertThat(refused.getStatus().getMessage())
                .startsWith("StatefulSet.apps \"web\" is invalid: spec: Forbidden: updates to statefulset spec");
    }

    @Test
    void replicasAreScaledThroughTheSubresource() {
        // Given
        under.client.resource(statefulSet(2)).create();
        // When
        under.client.apps().statefulSets().withName("web").scale(5);
        // Then
        var scale = under.client.apps().statefulSets().withName("web").scale();
        assertThat(scale.getSpec().getReplicas()).isEqualTo(5);
        assertThat(scale.getStatus().getSelector()).isEqualTo("app=web");
        assertThat(under.client
                        .apps()
                        .statefulSets()
                        .withName("web")
                        .get()
                        .getSpec()
                        .getReplicas())
                .isEqualTo(5);
    }

    @Test
    void aStatusPatchLeavesTheRest() {
        // Given
        under.client.resource(pod("a", Map.of("app", "x"))).create();
        // When
        var running = under.client.pods().withName("a").editStatus(pod -> {
            pod.setStatus(new PodStatusBuilder().withPhase("Running").build());
            return pod;
        });
        // Then
        assertThat(running.getStatus().getPhase()).isEqualTo("Running");
        assertThat(running.getMetadata().getLabels()).containsEntry("app", "x");
    }

    static StatefulSet statefulSet(int replicas) {
        return new StatefulSetBuilder()
                .withNewMetadata()
                .withName("web")
                .endMetadata()
                .withNewSpec()
                .withReplicas(replicas)
                .withServiceName("web")
                .withNewSelector()
                .addToMatchLabels("app", "web")
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .addToLabels("app", "web")
                .endMetadata()
                .withSpec(pod("any", Map.of()).getSpec())
                .endTemplate()
                .endSpec()
                .build();
    }

    static KubernetesClientException refusal(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        return catchThrowableOfType(KubernetesClientException.class, call);
    }
}
