package dev.kvcachepool.crds;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What would no longer be accepted, or mean something else, of objects that a released resource definition took: fields and
 * versions that are gone or of another type, limits that are narrower, fields that are newly needed, defaults that differ, rules
 * that were not there. A new rule is named always: whether old objects can break it a program can't tell, so that it has to be
 * written to let unchanged objects pass and be listed as known.
 */
final class Compatibility {
    private final List<String> breaks = new ArrayList<>();

    private Compatibility() {}

    /** In words, each beginning with the field's path; none where all is well. */
    static List<String> breaks(CustomResourceDefinition released, CustomResourceDefinition now) {
        var found = new Compatibility();
        for (var version : released.getSpec().getVersions()) {
            version(now, version.getName())
                    .ifPresentOrElse(
                            present -> found.schema(
                                    version.getName(),
                                    version.getSchema().getOpenAPIV3Schema(),
                                    present.getSchema().getOpenAPIV3Schema()),
                            () -> found.breaks.add(version.getName() + ": this version is not served any more"));
        }
        return found.breaks;
    }

    private static Optional<CustomResourceDefinitionVersion> version(CustomResourceDefinition definition, String name) {
        return definition.getSpec().getVersions().stream()
                .filter(version -> version.getName().equals(name) && version.getServed())
                .findFirst();
    }

    private void schema(String path, JSONSchemaProps before, JSONSchemaProps after) {
        differs(path, "type", before.getType(), after.getType());
        differs(path, "default", before.getDefault(), after.getDefault());
        differs(path, "list type", before.getXKubernetesListType(), after.getXKubernetesListType());
        differs(path, "list keys", before.getXKubernetesListMapKeys(), after.getXKubernetesListMapKeys());
        limits(path, before, after);
        var needed = new HashSet<>(after.getRequired());
        before.getRequired().forEach(needed::remove);
        needed.forEach(name -> breaks.add(path + "." + name + ": is required now"));
        var known = before.getXKubernetesValidations().stream()
                .map(ValidationRule::getRule)
                .toList();
        after.getXKubernetesValidations().stream()
                .map(ValidationRule::getRule)
                .filter(rule -> !known.contains(rule))
                .forEach(rule -> breaks.add(path + ": has a new rule, " + rule));
        before.getProperties().forEach((name, field) -> {
            var present = after.getProperties().get(name);
            if (present == null) {
                breaks.add(path + "." + name + ": is gone");
            } else {
                schema(path + "." + name, field, present);
            }
        });
        if (before.getItems() != null && after.getItems() != null) {
            schema(path + "[]", before.getItems().getSchema(), after.getItems().getSchema());
        }
    }

    private void limits(String path, JSONSchemaProps before, JSONSchemaProps after) {
        if (!after.getEnum().isEmpty() && !after.getEnum().containsAll(before.getEnum())) {
            breaks.add(path + ": takes fewer values, " + after.getEnum());
        } else if (before.getEnum().isEmpty() && !after.getEnum().isEmpty()) {
            breaks.add(path + ": takes certain values only, " + after.getEnum());
        }
        if (after.getPattern() != null) {
            differs(path, "pattern", before.getPattern(), after.getPattern());
        }
        atLeast(path, "minimum", before.getMinimum(), after.getMinimum());
        atLeast(path, "minLength", before.getMinLength(), after.getMinLength());
        atLeast(path, "minItems", before.getMinItems(), after.getMinItems());
        atMost(path, "maximum", before.getMaximum(), after.getMaximum());
        atMost(path, "maxLength", before.getMaxLength(), after.getMaxLength());
        atMost(path, "maxItems", before.getMaxItems(), after.getMaxItems());
    }

    private void differs(String path, String what, Object before, Object after) {
        if (!Objects.equals(before, after)) {
            breaks.add(path + ": " + what + " was " + before + " and is " + after);
        }
    }

    private void atLeast(String path, String what, Number before, Number after) {
        if (after != null && (before == null || after.doubleValue() > before.doubleValue())) {
            breaks.add(path + ": " + what + " was " + before + " and is " + after);
        }
    }

    private void atMost(String path, String what, Number before, Number after) {
        if (after != null && (before == null || after.doubleValue() < before.doubleValue())) {
            breaks.add(path + ": " + what + " was " + before + " and is " + after);
        }
    }
}
