package dev.kvcachepool.crds;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Resource definitions as they are committed. */
final class CommittedCrds {
    private static final Path FOLDER = Path.of(System.getProperty("kvp.root", ".."), "crds");

    private CommittedCrds() {}

    /** Those of this version, by file name. */
    static List<CustomResourceDefinition> all() throws IOException {
        return in(FOLDER);
    }

    /** Those of each version that was released, whose copies are never changed: {@code crds/released/VERSION/*.yaml}. */
    static List<CustomResourceDefinition> released() throws IOException {
        var folder = FOLDER.resolve("released");
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var versions = Files.list(folder)) {
            return versions.sorted().flatMap(version -> in(version).stream()).toList();
        }
    }

    private static List<CustomResourceDefinition> in(Path folder) {
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .map(CommittedCrds::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static CustomResourceDefinition read(Path file) {
        try {
            return read(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static CustomResourceDefinition read(String yaml) {
        return new KubernetesSerialization().unmarshal(yaml, CustomResourceDefinition.class);
    }
}
