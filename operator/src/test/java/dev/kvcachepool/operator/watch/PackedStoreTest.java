package dev.kvcachepool.operator.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PackedStoreTest {
    private final KubernetesSerialization serialization = serialization();
    private final PackedStore<Service> store =
            new PackedStore<>(new Packer(), serialization, Service.class, Service::new);

    private static KubernetesSerialization serialization() {
        var mapper = new ObjectMapper();
        new OwnFieldsOnly().customize(mapper);
        return new KubernetesSerialization(mapper, true);
    }

    private Service service(int version) {
        return serialization.unmarshal("""
            apiVersion: v1
            kind: Service
            metadata:
              name: shared
              namespace: n
              resourceVersion: "%s"
              labels: {app.kubernetes.io/instance: shared}
              ownerReferences: [{apiVersion: v1, kind: Pool, name: shared, uid: u}]
              managedFields:
                - {manager: kvcachepool-operator, operation: Apply, fieldsV1: {"f:spec": {"f:clusterIP": {}}}}
                - {manager: kvcachepool-operator, operation: Apply, subresource: status, fieldsV1: {"f:status": {}}}
                - {manager: kvcachepool-operator, operation: Update, fieldsV1: {"f:spec": {}}}
                - {manager: somebody, operation: Apply, fieldsV1: {"f:metadata": {}}}
            spec: {clusterIP: None, ports: [{port: 6379}]}
            """.formatted(version), Service.class);
    }

    @Test
    void whatIsReadTellsOnlyWhatTheOperatorApplied() {
        // Given, When
        var read = service(1);
        // Then
        assertThat(read.getMetadata().getManagedFields()).singleElement().satisfies(entry -> {
            assertThat(entry.getManager()).isEqualTo("kvcachepool-operator");
            assertThat(entry.getOperation()).isEqualTo("Apply");
            assertThat(entry.getFieldsV1().getAdditionalProperties()).containsKey("f:spec");
        });
    }

    @Test
    void whatIsAskedForIsWholeAndNobodyElsesToChange() {
        // Given
        store.put("n/shared", service(1));
        // When
        var first = Objects.requireNonNull(store.get("n/shared"));
        first.getSpec().setClusterIP("10.0.0.1");
        // Then
        assertThat(store.get("n/shared")).isEqualTo(service(1));
        assertThat(store.get("n/shared").getMetadata().getManagedFields())
                .extracting(ManagedFieldsEntry::getManager)
                .containsExactly("kvcachepool-operator");
        assertThat(store.get("n/other")).isNull();
    }

    @Test
    void theFirstAndAllLaterOnesAreWhole() {
        // Given more than are examples
        var objects = IntStream.range(0, 200).mapToObj(this::service).toList();
        // When
        objects.forEach(object -> store.put("n/" + object.getMetadata().getResourceVersion(), object));
        // Then
        assertThat(objects)
                .allSatisfy(object -> assertThat(
                                store.get("n/" + object.getMetadata().getResourceVersion()))
                        .isEqualTo(object));
    }

    @Test
    void whatIsListedOrReplacedHasItsMetadata() {
        // Given
        assertThat(store.put("n/shared", service(1))).isNull();
        // When
        var before = Objects.requireNonNull(store.put("n/shared", service(2)));
        // Then
        assertThat(before.getMetadata().getResourceVersion()).isEqualTo("1");
        assertThat(store.values()).singleElement().satisfies(outline -> {
            assertThat(store.getKey(outline)).isEqualTo("n/shared");
            assertThat(outline.getMetadata().getResourceVersion()).isEqualTo("2");
            assertThat(outline.getMetadata().getOwnerReferences()).hasSize(1);
            assertThat(outline.getMetadata().getLabels()).hasSize(1);
            assertThat(outline.getMetadata().getManagedFields()).isEmpty();
            assertThat(outline.getSpec()).isNull();
        });
    }

    @Test
    void whatIsRemovedIsGone() {
        // Given
        store.put("n/shared", service(1));
        // When
        var removed = store.remove("n/shared");
        // Then
        assertThat(removed).isNotNull();
        assertThat(store.size()).isZero();
        assertThat(store.keySet()).isEmpty();
        assertThat(store.remove("n/shared")).isNull();
    }
}
