package dev.kvcachepool.e2e.runtime.kubelet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvcachepool.e2e.runtime.cluster.ObjectCache;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PodVolumesTest {
    @TempDir
    private Path folder;

    private final ObjectCache cache = new ObjectCache();
    private final VolumeFiles files = files("one");

    private VolumeFiles files(String mark) {
        var pod = new PodBuilder()
                .withNewMetadata()
                .withNamespace("demo")
                .addToAnnotations("example.com/mark", mark)
                .endMetadata()
                .build();
        return new VolumeFiles(pod, "127.0.10.1", new ConfigSources(cache, "demo"));
    }

    private void configMap(String version, String value) {
        cache.put(new ConfigMapBuilder()
                .withNewMetadata()
                .withName("ca")
                .withNamespace("demo")
                .withUid("1")
                .withResourceVersion(version)
                .endMetadata()
                .addToData("ca.crt", value)
                .addToData("other", "x")
                .build());
    }

    private static Volume volume() {
        return new VolumeBuilder()
                .withName("kafka")
                .withNewConfigMap()
                .withName("ca")
                .withDefaultMode(0440)
                .withItems(new KeyToPath("ca.crt", null, "deep/ca.pem"))
                .endConfigMap()
                .build();
    }

    @Test
    void chosen_keys_are_files_and_follow_their_object() throws Exception {
        var volumes = new PodVolumes(folder.resolve("pod"));
        var file = volumes.folder("kafka").resolve("deep/ca.pem");
        configMap("1", "one");

        volumes.sync(List.of(volume()), files);

        assertThat(file).hasContent("one");
        assertThat(volumes.folder("kafka").resolve("other")).doesNotExist();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("r--r-----");
        configMap("2", "two");
        volumes.sync(List.of(volume()), files);
        assertThat(file).hasContent("two");
    }

    @Test
    void fields_and_keys_lie_in_one_folder_and_follow_their_objects() throws Exception {
        var volumes = new PodVolumes(folder.resolve("pod"));
        var projected = new VolumeBuilder()
                .withName("form")
                .withNewProjected()
                .addNewSource()
                .withNewDownwardAPI()
                .addNewItem()
                .withPath("mark")
                .withNewFieldRef("v1", "metadata.annotations['example.com/mark']")
                .endItem()
                .endDownwardAPI()
                .endSource()
                .addNewSource()
                .withNewConfigMap()
                .withName("ca")
                .withItems(new KeyToPath("other", null, "key"))
                .endConfigMap()
                .endSource()
                .endProjected()
                .build();
        configMap("1", "one");

        volumes.sync(List.of(projected), files("one"));
        volumes.sync(List.of(projected), files("two"));

        assertThat(volumes.folder("form").resolve("mark")).hasContent("two");
        assertThat(volumes.folder("form").resolve("key")).hasContent("x");
    }

    @Test
    void a_missing_object_is_named() {
        var volumes = new PodVolumes(folder.resolve("pod"));

        assertThatThrownBy(() -> volumes.sync(List.of(volume()), files)).hasMessage("configmap \"ca\" not found");
    }

    @Test
    void nothing_is_left_of_a_pod() throws IOException, ConfigError {
        var volumes = new PodVolumes(folder.resolve("pod"));
        configMap("1", "one");
        volumes.sync(List.of(volume()), files);

        volumes.delete();

        assertThat(folder).isEmptyDirectory();
    }
}
