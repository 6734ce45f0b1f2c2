package dev.kvcachepool.manifests;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** The committed resource definitions, {@code crds/*.yaml}. */
final class Definitions {
    private Definitions() {}

    /** Their text by file name. */
    static Map<String, String> texts(Path root) {
        var texts = new TreeMap<String, String>();
        try (var files = Files.newDirectoryStream(root.resolve("crds"), "*.yaml")) {
            files.forEach(file -> texts.put(file.getFileName().toString(), Yaml.text(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return texts;
    }

    /** The schema of the version {@code v1alpha1} of the definition with a name. */
    static JsonNode schema(Path root, String name) {
        var definition = Yaml.document(root.resolve("crds").resolve(name + "-v1.yaml"));
        for (var version : definition.path("spec").path("versions")) {
            if ("v1alpha1".equals(version.path("name").asText())) {
                return version.path("schema").path("openAPIV3Schema");
            }
        }
        throw new IllegalStateException(name + " has no version v1alpha1");
    }
}
