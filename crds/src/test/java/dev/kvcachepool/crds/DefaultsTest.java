package dev.kvcachepool.crds;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The API server and the constructors fill in the same. */
class DefaultsTest {
    private static final Path CRD =
            Path.of(System.getProperty("kvp.root", ".."), "crds/kvcachepools.kvcachepool.dev-v1.yaml");
    private static final String LEAST = """
            tiers: {host: {size: 1Gi}}
            adverts: {bootstrapServers: "kafka:9092"}
            router: {engines: {selector: {matchLabels: {app: vllm}}}}
            """;

    private final KubernetesSerialization serialization = new KubernetesSerialization();

    @Test
    void theLeastSpecMeansTheSameWithAndWithoutTheApiServersDefaults() throws Exception {
        // Given
        var crd = serialization.unmarshal(Files.readString(CRD), CustomResourceDefinition.class);
        var spec = crd.getSpec()
                .getVersions()
                .getFirst()
                .getSchema()
                .getOpenAPIV3Schema()
                .getProperties()
                .get("spec");
        Map<String, Object> defaulted = object(LEAST);
        // When
        applyDefaults(spec, defaulted);
        // Then
        assertThat(defaulted).containsKeys("eviction", "protocols", "placement");
        assertThat(serialization.convertValue(defaulted, KVCachePoolSpec.class))
                .isEqualTo(serialization.unmarshal(LEAST, KVCachePoolSpec.class));
    }

    private void applyDefaults(JSONSchemaProps schema, Map<String, Object> value) {
        schema.getProperties().forEach((name, inner) -> {
            if (inner.getDefault() != null) {
                value.putIfAbsent(
                        name, serialization.unmarshal(serialization.asJson(inner.getDefault()), Object.class));
            }
            if (value.get(name) instanceof Map<?, ?> nested) {
                var object = object(serialization.asJson(nested));
                applyDefaults(inner, object);
                value.put(name, object);
            }
        });
    }

    @SuppressWarnings("unchecked") // an object's keys are text
    private Map<String, Object> object(String text) {
        return serialization.unmarshal(text, Map.class);
    }
}
