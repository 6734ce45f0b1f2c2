package dev.kvcachepool.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An image of a small program, with this machine's own C library and JDK, as an engine that loads it would read it. */
class ImageTarTest {
    private static final Path SOURCES =
            Path.of(System.getProperty("kvp.root", "..")).resolve("images/src/main/native");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private static Path folder;

    private static Path archive;
    private static Map<String, byte[]> parts;

    @BeforeAll
    static void anImage() throws IOException {
        archive = build("first");
        parts = read(Files.newInputStream(archive));
    }

    /** All over again, in other folders. */
    private static Path build(String name) throws IOException {
        var module = folder.resolve(name + "/module");
        var app = Files.createDirectories(module.resolve("target/quarkus-app/lib/main"));
        jar(app.resolve("../../quarkus-run.jar"), List.of());
        Files.writeString(app.resolve("../../app.aot"), "of another build: must not be taken");
        Files.writeString(module.resolve("jvm.flags"), "-Xmx32m\n");
        jar(app.resolve("a.jar"), List.of("linux/libof.so", "other/libother.so"));
        var stage = new Stage(folder.resolve(name + "/stage"));
        stage.base(SOURCES, List.of("java.base"));
        stage.program("small", module);
        Files.writeString(stage.program("small").resolve("app.aot"), "trained");
        return Images.pack(
                stage,
                "small",
                Files.createDirectories(folder.resolve(name + "/images")),
                Files.createDirectories(folder.resolve(name + "/cache")));
    }

    private static void jar(Path jar, List<String> sharedObjects) throws IOException {
        var library = Path.of(System.getProperty("java.home"), "lib/libzip.so");
        try (var stream = new JarOutputStream(Files.newOutputStream(jar))) {
            for (var name : sharedObjects) {
                var entry = new JarEntry(name);
                entry.setTime(0);
                stream.putNextEntry(entry);
                var bytes = Files.readAllBytes(library);
                if (name.startsWith("other")) {
                    bytes[18]++; // of another kind of machine
                }
                stream.write(bytes);
            }
        }
    }

    private static Map<String, byte[]> read(InputStream stream) throws IOException {
        var files = new TreeMap<String, byte[]>();
        try (var tar = new TarArchiveInputStream(stream)) {
            for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                assertThat(files.put(entry.getName(), tar.readAllBytes()))
                        .as("%s is there once", entry.getName())
                        .isNull();
            }
        }
        return files;
    }

    private static JsonNode config() throws IOException {
        var manifest = JSON.readTree(parts.get("manifest.json")).get(0);
        assertThat(manifest.get("RepoTags").get(0).textValue())
                .isEqualTo(Images.name("small"))
                .startsWith("kvcachepool/small:");
        return JSON.readTree(parts.get(manifest.get("Config").textValue()));
    }

    /** Every file of every layer. */
    private static Map<String, TarArchiveEntry> files() throws IOException {
        var files = new HashMap<String, TarArchiveEntry>();
        for (var layer : JSON.readTree(parts.get("manifest.json")).get(0).get("Layers")) {
            var compressed = new ByteArrayInputStream(parts.get(layer.textValue()));
            try (var tar = new TarArchiveInputStream(new GZIPInputStream(compressed))) {
                for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                    if (!entry.isDirectory() || entry.getName().equals("tmp/")) {
                        assertThat(files.put(entry.getName(), entry))
                                .as("%s is there once", entry.getName())
                                .isNull();
                    }
                }
            }
        }
        return files;
    }

    @Test
    void runsAsNobodyInParticularFromItsEntryPoint() throws IOException {
        // When
        var config = config();
        // Then
        assertThat(config.get("os").textValue()).isEqualTo("linux");
        assertThat(config.get("architecture").textValue()).isEqualTo(Machine.architecture());
        var process = config.get("config");
        assertThat(process.get("User").textValue()).isEqualTo("65532:65532");
        assertThat(process.get("Entrypoint"))
                .extracting(JsonNode::textValue)
                .containsExactly(
                        "/opt/kvcachepool/bin/launch",
                        "-Djava.library.path=/opt/kvcachepool/native",
                        "-XX:AOTCache=/opt/kvcachepool/app.aot",
                        "-Xlog:aot=off",
                        "-Xlog:cds=off",
                        "-jar",
                        "/opt/kvcachepool/quarkus-run.jar");
        assertThat(process.get("Labels").get("org.opencontainers.image.version").textValue())
                .matches("\\d+\\.\\d+\\.\\d+.*");
    }

    @Test
    void holdsAllThatTheProgramNeedsAndNothingTwice() throws IOException {
        // When
        var files = files();
        // Then
        assertThat(files)
                .containsKeys(
                        "tmp/",
                        "etc/passwd",
                        "etc/nsswitch.conf",
                        "opt/java/bin/java",
                        "opt/java/lib/server/libjvm.so",
                        "opt/kvcachepool/bin/launch",
                        "opt/kvcachepool/jvm.flags",
                        "opt/kvcachepool/app.aot",
                        "opt/kvcachepool/quarkus-run.jar",
                        "opt/kvcachepool/lib/main/a.jar");
        assertThat(files.keySet()).anyMatch(name -> name.endsWith("/libc.so.6"));
        assertThat(files.keySet()).anyMatch(name -> name.contains("ld-linux"));
        assertThat(files.values()).allSatisfy(entry -> {
            assertThat(entry.getLongUserId()).isZero();
            assertThat(entry.getLastModifiedTime().toInstant()).isEqualTo(Trees.TIME);
            var expected = entry.getName().equals("tmp/")
                    ? 0777
                    : files.get(entry.getName()).getMode() & 0755;
            assertThat(entry.getMode() & 0777).as(entry.getName()).isEqualTo(expected);
        });
        assertThat(files.get("opt/kvcachepool/bin/launch").getMode() & 0777).isEqualTo(0755);
        assertThat(files.get("opt/kvcachepool/jvm.flags").getMode() & 0777).isEqualTo(0644);
    }

    @Test
    void twoBuildsAreAlike() throws IOException {
        // When
        var second = build("second");
        // Then
        assertThat(Files.mismatch(archive, second)).isEqualTo(-1);
    }

    @Test
    void saysWhatIsNotBuilt() throws IOException {
        var module = Files.createDirectories(folder.resolve("empty-module"));
        assertThatThrownBy(() -> new Stage(folder.resolve("other")).program("router", module))
                .isInstanceOf(IOException.class)
                .hasMessage("router is not built: run make build");
    }

    @Test
    void theEntryPointRefusesAHeapThatIsNone() throws Exception {
        // Given
        var launch = folder.resolve("first/stage/bin/launch");
        var process = new ProcessBuilder(launch.toString()).redirectErrorStream(true);
        process.environment().put("KVP_HEAP", "1".repeat(100));
        // When
        var started = process.start();
        var said = new String(started.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        // Then
        assertThat(started.waitFor()).isEqualTo(2);
        assertThat(said).startsWith("KVP_HEAP is 111").contains("allowed is");
    }
}
