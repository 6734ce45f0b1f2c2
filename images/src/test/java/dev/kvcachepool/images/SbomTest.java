package dev.kvcachepool.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SbomTest {
    private static final String MAVENS = """
            {
              "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
              "metadata": {"component": {"type": "library", "bom-ref": "pkg:maven/dev.kvcachepool/router@1?type=jar", "name": "router"}},
              "components": [
                {"type": "library", "bom-ref": "a", "group": "org.a", "name": "a", "version": "1", "purl": "pkg:maven/org.a/a@1?type=jar",
                 "hashes": [{"alg": "SHA-256", "content": "of what Maven has"}], "licenses": [{"license": {"id": "MIT"}}]},
                {"type": "library", "bom-ref": "b", "group": "org.b", "name": "b", "version": "2",
                 "purl": "pkg:maven/org.b/b@2?classifier=linux-x86_64&type=jar"},
                {"type": "library", "bom-ref": "gone", "group": "org.c", "name": "c", "version": "3", "purl": "pkg:maven/org.c/c@3?type=jar"}
              ],
              "dependencies": [
                {"ref": "pkg:maven/dev.kvcachepool/router@1?type=jar", "dependsOn": ["a", "gone"]},
                {"ref": "a", "dependsOn": ["b", "gone"]},
                {"ref": "gone", "dependsOn": ["b"]}
              ]
            }
            """;

    @TempDir
    private Path folder;

    private Path mavens;
    private Path libraries;
    private Path archive;

    @BeforeEach
    void anImage() throws IOException {
        mavens = Files.writeString(folder.resolve("bom.json"), MAVENS);
        libraries = Files.createDirectories(folder.resolve("lib/main"));
        Files.writeString(libraries.resolve("org.a.a-1.jar"), "a");
        Files.writeString(libraries.resolve("org.b.b-2-linux-x86_64.jar"), "b");
        archive = Files.writeString(folder.resolve("router.tar"), "layers");
    }

    private static List<String> texts(JsonNode array, String field) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(one -> one.path(field).asText())
                .toList();
    }

    @Test
    void itListsWhatIsThereAndNothingElse() throws IOException {
        // Given
        var java = Files.createDirectories(folder.resolve("java"));
        Files.writeString(java.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"25.0.3\"\n");
        var natives = Files.createDirectories(folder.resolve("native"));
        Files.writeString(natives.resolve("libx.so"), "x");
        var libc =
                new SystemPackages.Installed("libc6", "2.41", "pkg:deb/debian/libc6@2.41?arch=amd64&distro=debian-13");
        // When
        Sbom.ofMaven(mavens)
                .jars(folder.resolve("lib"))
                .files(natives)
                .files(folder.resolve("not-there"))
                .runtime(java)
                .packages(List.of(libc))
                .write(folder.resolve("out.json"), "kvcachepool/router:1", archive);
        // Then
        var bill = new ObjectMapper().readTree(folder.resolve("out.json").toFile());
        assertThat(texts(bill.path("components"), "name"))
                .containsExactly("router", "a", "b", "libx.so", "openjdk", "libc6");
        assertThat(bill.at("/metadata/component/type").asText()).isEqualTo("container");
        assertThat(bill.at("/metadata/component/version").asText()).isEqualTo("1");
        // The jar's own, which may differ from Maven's as Quarkus takes parts out of some; licences are kept.
        assertThat(bill.at("/components/1/hashes/0/content").asText())
                .isEqualTo("ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb");
        assertThat(bill.at("/components/1/licenses/0/license/id").asText()).isEqualTo("MIT");
        assertThat(bill.path("dependencies").toString())
                .isEqualTo(
                        "[{\"ref\":\"kvcachepool/router:1\",\"dependsOn\":[\"pkg:maven/dev.kvcachepool/router@1?type=jar\","
                                + "\"file/libx.so\",\"pkg:generic/openjdk@25.0.3\",\"" + libc.purl() + "\"]},"
                                + "{\"ref\":\"pkg:maven/dev.kvcachepool/router@1?type=jar\",\"dependsOn\":[\"a\"]},"
                                + "{\"ref\":\"a\",\"dependsOn\":[\"b\"]}]");
    }

    @Test
    void aJarThatMavenDoesNotKnowIsAnError() throws IOException {
        // Given
        Files.writeString(libraries.resolve("org.x.unknown-1.jar"), "x");
        var bill = Sbom.ofMaven(mavens);
        // When, Then
        assertThatThrownBy(() -> bill.jars(folder.resolve("lib")))
                .isInstanceOf(IOException.class)
                .hasMessage("no component is known for org.x.unknown-1.jar");
    }

    @Test
    void withoutMavensBillItIsSaidHowToHaveOne() {
        // When, Then
        assertThatThrownBy(() -> Sbom.ofMaven(folder.resolve("nowhere.json")))
                .isInstanceOf(IOException.class)
                .hasMessageEndingWith("nowhere.json is not there: run make sbom, which has Maven write it");
    }

    @Test
    void aFileOfThisMachineIsFoundInItsPackage() throws IOException {
        // When: whatever dpkg calls the package that has the shell
        var packages = SystemPackages.of(List.of(Path.of("/bin/sh"), Path.of("/bin/sh")));
        // Then
        assertThat(packages).singleElement().satisfies(one -> {
            assertThat(one.version()).isNotEmpty();
            assertThat(one.purl()).startsWith("pkg:deb/").contains("?arch=");
        });
    }
}
