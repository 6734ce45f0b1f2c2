package dev.kvcachepool.e2e.kube;

import static dev.kvcachepool.e2e.kube.ObjectsTest.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Server-side apply: makes, merges, removes what its manager no longer sends, and heeds the other managers. */
class ApplyTest {
    private final ApiUnderTest under = new ApiUnderTest();

    @AfterEach
    void close() {
        under.close();
    }

    @Test
    void anApplyMakesTheObjectAndNotesItsFields() {
        // When
        var made = apply("one", Map.of("x", "1"), false);
        // Then
        assertThat(made.getData()).containsExactly(Map.entry("x", "1"));
        assertThat(made.getMetadata().getManagedFields())
                .singleElement()
                .returns("one", ManagedFieldsEntry::getManager)
                .returns("Apply", ManagedFieldsEntry::getOperation)
                .returns(
                        Map.of("f:data", Map.of("f:x", Map.of())),
                        entry -> entry.getFieldsV1().getAdditionalProperties());
    }

    @Test
    void anApplyThatChangesNothingIsNoWrite() {
        // Given
        var made = applySet("one", 2, "[{name: A, value: a}]");
        var writes = under.api.writes();
        // When
        var again = applySet("one", 2, "[{name: A, value: a}]");
        // Then
        assertThat(again).isEqualTo(made);
        assertThat(under.api.writes()).isEqualTo(writes);
    }

    @Test
    void aListThatWasEmptyKeepsWhatComesIntoIt() {
        // Given
        applySet("one", 2, "[]");
        // When
        var filled = applySet("one", 2, "[{name: A, value: a}]");
        // Then
        assertThat(filled.getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .getFirst()
                        .getEnv())
                .singleElement()
                .returns("A", EnvVar::getName);
    }

    @Test
    void aVersionMakesAnApplyOfANewObjectOnly() {
        // Given
        var map = ApiUnderTest.configMap("a", Map.of("x", "1"));
        map.getMetadata().setResourceVersion("1");
        // When
        var made = under.client.resource(map).patch(context("one", true));
        var refused = refusal(() -> under.client.resource(map).patch(context("one", true)));
        // Then
        assertThat(made.getData()).containsEntry("x", "1");
        assertThat(refused.getCode()).isEqualTo(409);
    }

    @Test
    void twoManagersMergeTheirFields() {
        // Given
        apply("one", Map.of("x", "1"), false);
        // When
        var merged = apply("two", Map.of("y", "2"), false);
        // Then
        assertThat(merged.getData()).containsOnly(Map.entry("x", "1"), Map.entry("y", "2"));
    }

    @Test
    void whatAManagerNoLongerSendsGoesUnlessAnotherOwnsIt() {
        // Given
        apply("one", Map.of("x", "1", "y", "2"), false);
        apply("two", Map.of("y", "2"), false);
        // When
        var left = apply("one", Map.of("z", "3"), false);
        // Then
        assertThat(left.getData()).containsOnly(Map.entry("y", "2"), Map.entry("z", "3"));
    }

    @Test
    void anotherManagersFieldIsAConflictUnlessForced() {
        // Given
        apply("one", Map.of("x", "1"), false);
        // When
        var refused = refusal(() -> apply("two", Map.of("x", "2"), false));
        var forced = apply("two", Map.of("x", "2"), true);
        // Then
        assertThat(refused.getCode()).isEqualTo(409);
        assertThat(refused.getStatus().getMessage())
                .isEqualTo("Apply failed with 1 conflict: conflict with \"one\": .data.x");
        assertThat(forced.getData()).containsEntry("x", "2");
        assertThat(forced.getMetadata().getManagedFields()).singleElement().returns("two", entry -> entry.getManager());
    }

    @Test
    void listsMergeByTheirKeys() {
        // Given
        applySet("one", 2, "[{name: A, value: a}, {name: B, value: b}]");
        // When
        var changed = applySet("one", 2, "[{name: B, value: b2}, {name: C, value: c}]");
        // Then
        var container =
                changed.getSpec().getTemplate().getSpec().getContainers().getFirst();
        assertThat(container.getEnv())
                .extracting(variable -> variable.getName() + variable.getValue())
                .containsExactly("Bb2", "Cc");
        assertThat(container.getPorts()).singleElement().returns("TCP", port -> port.getProtocol());
        assertThat(changed.getMetadata().getGeneration()).isEqualTo(2);
    }

    @Test
    void anItemThatAnotherManagerAlsoHasStays() {
        // Given
        applySet("one", 2, "[{name: A, value: a}]");
        applySet("two", 2, "[{name: A, value: a}]");
        // When
        var changed = applySet("one", 2, "[]");
        // Then
        var container =
                changed.getSpec().getTemplate().getSpec().getContainers().getFirst();
        assertThat(container.getEnv()).singleElement().returns("A", variable -> variable.getName());
    }

    @Test
    void theStatusIsAppliedThroughItsSubresource() {
        // Given
        under.defineWidgets();
        under.createWidget("metadata: {name: w, namespace: default}\nspec: {colour: Red}");
        var status = ApiUnderTest.widget("metadata: {name: w, namespace: default}\nstatus: {replicas: 3}");
        // When
        var applied = under.client
                .genericKubernetesResources(ApiUnderTest.WIDGETS)
                .resource(status)
                .subresource("status")
                .patch(context("one", true));
        // Then
        assertThat(applied.<Integer>get("status", "replicas")).isEqualTo(3);
        assertThat(applied.<String>get("spec", "colour")).isEqualTo("Red");
        assertThat(applied.getMetadata().getGeneration()).isEqualTo(1);
    }

    @Test
    void anUndeclaredFieldIsRefused() {
        // Given
        under.defineWidgets();
        var widget = ApiUnderTest.widget("metadata: {name: w, namespace: default}\nspec: {colour: Red, color: Red}");
        // When
        var refused = refusal(() -> under.client.resource(widget).patch(context("one", true)));
        // Then
        assertThat(refused.getStatus().getMessage()).contains(".spec.color: field not declared in schema");
    }

    private ConfigMap apply(String manager, Map<String, String> data, boolean force) {
        var map = ApiUnderTest.configMap("a", data);
        return under.client.resource(map).patch(context(manager, force));
    }

    private StatefulSet applySet(String manager, int replicas, String env) {
        var set = Serialization.unmarshal("""
            apiVersion: apps/v1
            kind: StatefulSet
            metadata: {name: web, namespace: default}
            spec:
              replicas: %d
              serviceName: web
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  containers:
                  - name: main
                    image: image:1
                    env: %s
                    ports: [{containerPort: 80}]
            """.formatted(replicas, env), StatefulSet.class);
        return under.client.resource(set).patch(context(manager, false));
    }

    private static PatchContext context(String manager, boolean force) {
        return new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager(manager)
                .withForce(force)
                .build();
    }
}
