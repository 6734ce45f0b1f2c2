package dev.kvcachepool.crds;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** What the generator can't be told by annotations, or gets wrong. */
final class SchemaTouches implements CRDPostProcessor {
    private static final List<String> COLUMNS = Arrays.stream(
                    KVCachePool.class.getAnnotationsByType(AdditionalPrinterColumn.class))
            .map(AdditionalPrinterColumn::name)
            .toList();

    @Override
    public HasMetadata process(HasMetadata resource, String version) {
        ((CustomResourceDefinition) resource).getSpec().getVersions().forEach(SchemaTouches::touch);
        return resource;
    }

    private static void touch(CustomResourceDefinitionVersion version) {
        // The generator sorts columns by path.
        version.getAdditionalPrinterColumns()
                .sort(Comparator.comparingInt(
                        (CustomResourceColumnDefinition column) -> COLUMNS.indexOf(column.getName())));
        var root = version.getSchema().getOpenAPIV3Schema();
        var properties = root.getProperties();
        keyed(properties.get("spec").getProperties().get("models"), "name");
        keyed(child(properties.get("spec"), "router", "tokenizers"), "model");
        keyed(child(properties.get("spec"), "bridges", "vllmEvents", "engines"), "name");
        keyed(properties.get("status").getProperties().get("conditions"), "type");
        keyed(properties.get("status").getProperties().get("nodes"), "name");
        new Explanations().explain(root);
        dropTwins(root);
        root.setRequired(List.of("spec"));
    }

    private static JSONSchemaProps child(JSONSchemaProps schema, String... path) {
        var found = schema;
        for (var name : path) {
            found = found.getProperties().get(name);
        }
        return found;
    }

    /** Entries are told apart by {@code key}: two of the same are refused, and appliers own them one by one. */
    private static void keyed(JSONSchemaProps list, String key) {
        list.setXKubernetesListType("map");
        list.setXKubernetesListMapKeys(List.of(key));
        var entry = list.getItems().getSchema();
        if (!entry.getRequired().contains(key)) {
            entry.setRequired(List.of(key));
        }
    }

    /** A rule on a record's component is found on its field and on its accessor. */
    private static void dropTwins(JSONSchemaProps schema) {
        schema.setXKubernetesValidations(
                schema.getXKubernetesValidations().stream().distinct().toList());
        schema.getProperties().values().forEach(SchemaTouches::dropTwins);
        if (schema.getItems() != null && schema.getItems().getSchema() != null) {
            dropTwins(schema.getItems().getSchema());
        }
    }
}
