package dev.kvcachepool.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Compares made files with the committed ones, or writes them with {@code -Dgolden.write=true}. */
final class Golden {
    static final Path ROOT = Path.of(System.getProperty("kvp.root", ".."));

    private Golden() {}

    static void check(Path folder, Map<String, String> made) throws IOException {
        for (var file : made.entrySet()) {
            var path = folder.resolve(file.getKey());
            if (Boolean.getBoolean("golden.write")) {
                Files.createDirectories(path.getParent());
                Files.writeString(path, file.getValue());
            }
            assertThat(Files.exists(path) ? Files.readString(path) : "")
                    .as(path + " is made; run: scripts/mvn -pl manifests test -Dgolden.write=true")
                    .isEqualTo(file.getValue());
        }
    }

    /** The names of what is in a folder. */
    static Set<String> names(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
        }
    }
}
