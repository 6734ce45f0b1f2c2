package dev.kvcachepool.e2e.kube;

import static dev.kvcachepool.e2e.kube.ApiUnderTest.configMap;
import static dev.kvcachepool.e2e.kube.ApiUnderTest.pod;
import static dev.kvcachepool.e2e.kube.ObjectsTest.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetStatusBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What it takes until an object is gone, and what goes with it. */
class DeletionTest {
    private final ApiUnderTest under = new ApiUnderTest();

    @AfterEach
    void close() {
        under.close();
    }

    @Test
    void aFinalizerHoldsAnObjectUntilItIsRemoved() {
        // Given
        var held = new ConfigMapBuilder(configMap("a", Map.of()))
                .editMetadata()
                .addToFinalizers("test.example/hold")
                .endMetadata()
                .build();
        under.client.resource(held).create();
        under.client.configMaps().withName("a").delete();
        assertThat(get("a").getMetadata().getDeletionTimestamp()).isNotEmpty();
        // When
        under.client
                .configMaps()
                .withName("a")
                .edit(map -> new ConfigMapBuilder(map)
                        .editMetadata()
                        .withFinalizers()
                        .endMetadata()
                        .build());
        // Then
        assertThat(get("a")).isNull();
    }

    @Test
    void dependentsGoWithTheirOwner() {
        // Given
        var owner = under.client.resource(configMap("owner", Map.of())).create();
        under.client.resource(owned("child", owner)).create();
        // When
        under.client.configMaps().withName("owner").delete();
        // Then
        await().untilAsserted(() -> assertThat(get("child")).isNull());
    }

    @Test
    void aForegroundDeletionEndsWithTheOwner() {
        // Given
        var owner = under.client.resource(configMap("owner", Map.of())).create();
        var held = new ConfigMapBuilder(owned("child", owner))
                .editMetadata()
                .addToFinalizers("test.example/hold")
                .endMetadata()
                .build();
        under.client.resource(held).create();
        under.client
                .configMaps()
                .withName("owner")
                .withPropagationPolicy(DeletionPropagation.FOREGROUND)
                .delete();
        await().untilAsserted(() ->
                assertThat(get("child").getMetadata().getDeletionTimestamp()).isNotEmpty());
        assertThat(get("owner").getMetadata().getFinalizers()).containsExactly("foregroundDeletion");
        // When
        under.client
                .configMaps()
                .withName("child")
                .edit(map -> new ConfigMapBuilder(map)
                        .editMetadata()
                        .withFinalizers()
                        .endMetadata()
                        .build());
        // Then
        await().untilAsserted(() -> assertThat(get("owner")).isNull());
    }

    @Test
    void orphansStay() {
        // Given
        var owner = under.client.resource(configMap("owner", Map.of())).create();
        under.client.resource(owned("child", owner)).create();
        // When
        under.client
                .configMaps()
                .withName("owner")
                .withPropagationPolicy(DeletionPropagation.ORPHAN)
                .delete();
        // Then
        await().untilAsserted(() -> assertThat(get("owner")).isNull());
        assertThat(get("child").getMetadata().getOwnerReferences()).isEmpty();
    }

    @Test
    void aNamespaceTakesItsContentsAlong() {
        // Given
        under.client
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName("team")
                        .endMetadata()
                        .build())
                .create();
        under.client.resource(configMap("a", Map.of())).inNamespace("team").create();
        // When
        under.client.namespaces().withName("team").delete();
        // Then
        await().untilAsserted(() ->
                assertThat(under.client.namespaces().withName("team").get()).isNull());
        assertThat(under.client.configMaps().inNamespace("team").list().getItems())
                .isEmpty();
    }

    @Test
    void aDefinitionTakesItsObjectsAlong() {
        // Given
        under.defineWidgets();
        under.createWidget("metadata: {name: w}\nspec: {colour: Red}");
        var definitions = under.client.apiextensions().v1().customResourceDefinitions();
        // When
        definitions.withName("widgets.test.example").delete();
        // Then
        await().untilAsserted(() ->
                assertThat(definitions.withName("widgets.test.example").get()).isNull());
        under.defineWidgets();
        assertThat(under.getWidget("w")).isNull();
    }

    @Test
    void aPodOnANodeGoesWhenItsNodeSaysSo() {
        // Given
        createBoundPod("a");
        under.client.pods().withName("a").withGracePeriod(20).delete();
        var ending = under.client.pods().withName("a").get();
        assertThat(ending.getMetadata().getDeletionGracePeriodSeconds()).isEqualTo(20);
        // When
        under.client.pods().withName("a").withGracePeriod(0).delete();
        // Then
        assertThat(under.client.pods().withName("a").get()).isNull();
    }

    @Test
    void aPodWithoutANodeGoesAtOnce() {
        // Given
        under.client.resource(pod("a", Map.of())).create();
        // When
        under.client.pods().withName("a").delete();
        // Then
        assertThat(under.client.pods().withName("a").get()).isNull();
    }

    @Test
    void anEvictionHeedsTheBudget() {
        // Given
        createBoundPod("a");
        createBoundPod("b");
        createBudget(1);
        // When
        var first = under.client.pods().withName("a").evict();
        var second = under.client.pods().withName("b").evict();
        // Then
        assertThat(first).isTrue();
        assertThat(second).isFalse();
        assertThat(under.client.pods().withName("a").get().getMetadata().getDeletionTimestamp())
                .isNotEmpty();
        assertThat(under.client.pods().withName("b").get().getMetadata().getDeletionTimestamp())
                .isNull();
    }

    @Test
    void anObjectThatIsNotThereCannotBeDeletedTwice() {
        // When
        var refused = refusal(() -> under.client.raw("/api/v1/namespaces/default/configmaps/a", "DELETE", null));
        // Then
        assertThat(refused.getStatus().getMessage()).isEqualTo("configmaps \"a\" not found");
    }

    private void createBudget(int allowed) {
        var budget = new PodDisruptionBudgetBuilder()
                .withNewMetadata()
                .withName("budget")
                .endMetadata()
                .withNewSpec()
                .withNewSelector()
                .addToMatchLabels("app", "x")
                .endSelector()
                .endSpec()
                .build();
        var created = under.client.resource(budget).create();
        created.setStatus(new PodDisruptionBudgetStatusBuilder()
                .withDisruptionsAllowed(allowed)
                .withObservedGeneration(1L)
                .withCurrentHealthy(2)
                .withDesiredHealthy(1)
                .withExpectedPods(2)
                .build());
        under.client.resource(created).updateStatus();
    }

    private void createBoundPod(String name) {
        var bound = new PodBuilder(pod(name, Map.of("app", "x")))
                .editSpec()
                .withNodeName("n1")
                .endSpec()
                .build();
        var created = under.client.resource(bound).create();
        created.getStatus().setPhase("Running");
        created.getStatus()
                .setConditions(List.of(new PodConditionBuilder()
                        .withType("Ready")
                        .withStatus("True")
                        .build()));
        under.client.resource(created).updateStatus();
    }

    private ConfigMap get(String name) {
        return under.client.configMaps().withName(name).get();
    }

    private static ConfigMap owned(String name, ConfigMap owner) {
        return new ConfigMapBuilder(configMap(name, Map.of()))
                .editMetadata()
                .addNewOwnerReference()
                .withApiVersion("v1")
                .withKind("ConfigMap")
                .withName(owner.getMetadata().getName())
                .withUid(owner.getMetadata().getUid())
                .withBlockOwnerDeletion(true)
                .endOwnerReference()
                .endMetadata()
                .build();
    }
}
