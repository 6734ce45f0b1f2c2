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
import java.util.Map;

/** What the generator can't be told by annotations, or gets wrong. */
final class SchemaTouches implements CRDPostProcessor {
    private static final String HASH = "^([0-9a-fA-F]{2}){8,64}$";
    private static final int LONGEST_HASH = 128;
    private static final int LONGEST_NAME = 40;

    @Override
    public HasMetadata process(HasMetadata resource, String version) {
        var spec = ((CustomResourceDefinition) resource).getSpec();
        boolean isPool = spec.getNames().getKind().equals("KVCachePool");
        spec.getVersions().forEach(each -> touch(each, isPool));
        return resource;
    }

    private static void touch(CustomResourceDefinitionVersion version, boolean isPool) {
        sortColumns(version, isPool ? KVCachePool.class : PrefixPin.class);
        var root = version.getSchema().getOpenAPIV3Schema();
        if (isPool) {
            touchPool(root.getProperties());
        } else {
            touchPin(root.getProperties());
        }
        keyed(root.getProperties().get("status").getProperties().get("conditions"), "type");
        new Explanations().explain(root);
        dropTwins(root);
        root.setRequired(List.of("spec"));
    }

    /** The generator sorts columns by path. */
    private static void sortColumns(CustomResourceDefinitionVersion version, Class<?> type) {
        var columns = Arrays.stream(type.getAnnotationsByType(AdditionalPrinterColumn.class))
                .map(AdditionalPrinterColumn::name)
                .toList();
        version.getAdditionalPrinterColumns()
                .sort(Comparator.comparingInt(
                        (CustomResourceColumnDefinition column) -> columns.indexOf(column.getName())));
    }

    private static void touchPin(Map<String, JSONSchemaProps> properties) {
        var spec = properties.get("spec");
        // A moment is judged by the API server; of the entries of lists annotations can't tell.
        child(spec, "expiresAt").setFormat("date-time");
        child(spec, "pools").setXKubernetesListType("set");
        child(spec, "pools").getItems().getSchema().setMaxLength((long) LONGEST_NAME);
        var token = child(spec, "tokens").getItems().getSchema();
        token.setMinimum(0.0);
        token.setMaximum((double) Integer.MAX_VALUE);
        var hash = child(spec, "blockHashes", "hashes").getItems().getSchema();
        hash.setPattern(HASH);
        hash.setMaxLength((long) LONGEST_HASH);
        keyed(child(properties.get("status"), "pools"), "name");
    }

    private static void touchPool(Map<String, JSONSchemaProps> properties) {
        keyed(properties.get("spec").getProperties().get("models"), "name");
        keyed(child(properties.get("spec"), "router", "tokenizers"), "model");
        keyed(child(properties.get("spec"), "bridges", "vllmEvents", "engines"), "name");
        keyed(child(properties.get("spec"), "security", "tenants"), "name");
        keyed(properties.get("status").getProperties().get("nodes"), "name");
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
