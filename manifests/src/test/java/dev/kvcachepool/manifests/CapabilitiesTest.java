package dev.kvcachepool.manifests;

import static dev.kvcachepool.manifests.Golden.ROOT;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/capabilities.md names tests that there are, and the level that the bundle and the chart declare. */
class CapabilitiesTest {
    private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w*(?:Test|IT))(?:\\.(\\w+))?`");
    private static final Pattern LEVEL = Pattern.compile("Declared level: \\d, ([\\w ]+)\\.");

    private final String page = Yaml.text(ROOT.resolve("docs/capabilities.md"));

    @Test
    void eachTestThatIsNamedIsThere() throws IOException {
        var tests = tests();
        var named = NAMED.matcher(page).results().toList();
        assertThat(named).hasSizeGreaterThan(20).allSatisfy(name -> {
            assertThat(tests).containsKey(name.group(1));
            if (name.group(2) != null) {
                assertThat(Yaml.text(tests.get(name.group(1)))).contains(" " + name.group(2) + "(");
            }
        });
    }

    @Test
    void theLevelIsDeclaredEverywhereAlike() {
        // Given
        var level = LEVEL.matcher(page);
        assertThat(level.find()).isTrue();
        // When
        var chart = Yaml.document(Chart.folder(ROOT).resolve("Chart.yaml"))
                .path("annotations")
                .path("artifacthub.io/operatorCapabilities")
                .asText();
        var bundle = Yaml.document(ROOT.resolve("manifests/olm/template.yaml"))
                .at("/metadata/annotations/capabilities")
                .asText();
        // Then
        assertThat(chart).isEqualTo(level.group(1));
        assertThat(bundle).isEqualTo(level.group(1));
    }

    /** The files of all tests by their class. */
    private static Map<String, Path> tests() throws IOException {
        try (var modules =
                Files.newDirectoryStream(ROOT, module -> Files.isDirectory(module.resolve("src/test/java")))) {
            var files = new ArrayList<Path>();
            for (var module : modules) {
                try (var found = Files.walk(module.resolve("src/test/java"))) {
                    found.filter(file -> file.toString().endsWith(".java")).forEach(files::add);
                }
            }
            return files.stream()
                    .collect(Collectors.toMap(
                            file -> file.getFileName().toString().replace(".java", ""), file -> file, (one, _) -> one));
        }
    }
}
