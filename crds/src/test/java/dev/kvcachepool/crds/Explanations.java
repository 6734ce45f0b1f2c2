package dev.kvcachepool.crds;

import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Properties;

/** Gives each field that has none a description, by its name and its parent's; one that nobody has explained fails. */
final class Explanations {
    private static final String FILE = "/embedded-descriptions.properties";

    private final Properties texts = new Properties();

    Explanations() {
        try (var file = Explanations.class.getResourceAsStream(FILE);
                var reader = new InputStreamReader(file, StandardCharsets.UTF_8)) {
            texts.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void explain(JSONSchemaProps root) {
        explain("root", root);
    }

    private void explain(String parent, JSONSchemaProps schema) {
        schema.getProperties().forEach((name, field) -> {
            if (field.getDescription() == null) {
                field.setDescription(text(parent, name));
            }
            explain(name, field);
        });
        if (schema.getItems() != null) {
            explain(parent, schema.getItems().getSchema());
        }
    }

    private String text(String parent, String name) {
        return Optional.ofNullable(texts.getProperty(parent + "." + name))
                .or(() -> Optional.ofNullable(texts.getProperty(name)))
                .orElseThrow(() -> new IllegalStateException("the field " + name + " of " + parent
                        + " has no description: give it @JsonPropertyDescription, or a line in " + FILE));
    }
}
