package dev.kvcachepool.crds;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** A resource definition as a page for people: a table an object, with types, defaults, limits and rules. */
final class Reference {
    /** Kubernetes' own types, which its documentation explains; {@code kubectl explain} goes on into them. */
    private static final Set<String> KUBERNETES_OWN = Set.of(
            "affinity",
            "conditions",
            "env",
            "imagePullSecrets",
            "resources",
            "selector",
            "tolerations",
            "topologySpreadConstraints");

    private final StringBuilder page = new StringBuilder();

    private Reference() {}

    static String of(CustomResourceDefinition definition) {
        var reference = new Reference();
        var names = definition.getSpec().getNames();
        var version = definition.getSpec().getVersions().getFirst();
        reference.page.append("## %s\n\n`apiVersion: %s/%s`, short name `%s`.\n"
                .formatted(
                        names.getKind(),
                        definition.getSpec().getGroup(),
                        version.getName(),
                        String.join("`, `", names.getShortNames())));
        var root = version.getSchema().getOpenAPIV3Schema();
        reference.rules(root);
        reference.object("spec", root.getProperties().get("spec"));
        reference.object("status", root.getProperties().get("status"));
        return reference.page.toString();
    }

    private void object(String path, JSONSchemaProps schema) {
        page.append("\n### ").append(path).append("\n\n| field | type | |\n|---|---|---|\n");
        schema.getProperties().forEach((name, field) -> row(schema, name, field));
        rules(schema);
        schema.getProperties().forEach((name, field) -> {
            var inner = field.getItems() == null ? field : field.getItems().getSchema();
            if (!inner.getProperties().isEmpty() && !KUBERNETES_OWN.contains(name)) {
                object(path + "." + name + (field.getItems() == null ? "" : "[]"), inner);
            }
        });
    }

    private void row(JSONSchemaProps parent, String name, JSONSchemaProps field) {
        var needed = parent.getRequired().contains(name) ? ", required" : "";
        page.append("| `%s` | %s%s | %s%s |\n"
                .formatted(name, type(field), needed, field.getDescription().replace("|", "\\|"), limits(field)));
    }

    private static String type(JSONSchemaProps field) {
        if (field.getItems() != null) {
            return "list of " + type(field.getItems().getSchema());
        }
        if (field.getAdditionalProperties() != null) {
            return "map";
        }
        return Boolean.TRUE.equals(field.getXKubernetesIntOrString()) ? "integer or string" : field.getType();
    }

    private static String limits(JSONSchemaProps field) {
        var text = new StringBuilder();
        if (!field.getEnum().isEmpty()) {
            text.append(" One of ")
                    .append(field.getEnum().stream()
                            .map(each -> "`" + each.asText() + "`")
                            .collect(Collectors.joining(", ")))
                    .append('.');
        }
        if (field.getMinimum() != null || field.getMaximum() != null) {
            text.append(range("", field.getMinimum(), field.getMaximum()));
        }
        if (field.getMaxItems() != null) {
            text.append(" At most ").append(field.getMaxItems()).append('.');
        }
        if (field.getDefault() != null && !field.getDefault().isContainerNode()) {
            text.append(" Default `").append(field.getDefault().asText()).append("`.");
        }
        return text.toString();
    }

    private static String range(String of, Double least, Double most) {
        if (most == null) {
            return " At least %s%.0f.".formatted(of, least);
        }
        return least == null
                ? " At most %s%.0f.".formatted(of, most)
                : " From %s%.0f to %.0f.".formatted(of, least, most);
    }

    private void rules(JSONSchemaProps schema) {
        List<String> messages = schema.getXKubernetesValidations().stream()
                .map(ValidationRule::getMessage)
                .toList();
        if (!messages.isEmpty()) {
            page.append('\n');
            messages.forEach(message -> page.append("- ").append(message).append('\n'));
        }
    }
}
