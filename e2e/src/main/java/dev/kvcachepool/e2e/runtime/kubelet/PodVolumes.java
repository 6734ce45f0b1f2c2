package dev.kvcachepool.e2e.runtime.kubelet;

import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A pod's volumes as folders: emptyDir, configMap, secret. Each file is replaced in one step, when its object changes
 * too. Removed with the pod.
 */
final class PodVolumes {
    private static final int DEFAULT_MODE = 0644;
    private final Path folder;

    PodVolumes(Path folder) {
        this.folder = folder;
    }

    Path folder(String volume) {
        return folder.resolve(volume);
    }

    /** Makes the folders and brings the files up to date. */
    void sync(List<Volume> volumes, ConfigSources sources) throws ConfigError, IOException {
        for (var volume : volumes) {
            Files.createDirectories(folder(volume.getName()));
            if (volume.getConfigMap() != null) {
                var source = volume.getConfigMap();
                var files =
                        found("configmap", source.getName(), sources.configMap(source.getName()), source.getOptional());
                write(
                        volume,
                        chosen(files, source.getItems(), source.getOptional()),
                        source.getItems(),
                        source.getDefaultMode());
            } else if (volume.getSecret() != null) {
                var source = volume.getSecret();
                var files = found(
                        "secret", source.getSecretName(), sources.secret(source.getSecretName()), source.getOptional());
                write(
                        volume,
                        chosen(files, source.getItems(), source.getOptional()),
                        source.getItems(),
                        source.getDefaultMode());
            }
        }
    }

    private static Map<String, byte[]> found(
            String kind, String name, Optional<Map<String, byte[]>> data, @Nullable Boolean optional)
            throws ConfigError {
        if (data.isEmpty() && !Boolean.TRUE.equals(optional)) {
            throw new ConfigError(kind + " \"" + name + "\" not found");
        }
        return data.orElse(Map.of());
    }

    private static Map<String, byte[]> chosen(
            Map<String, byte[]> files, List<KeyToPath> items, @Nullable Boolean optional) throws ConfigError {
        if (items.isEmpty()) {
            return files;
        }
        var chosen = new HashMap<String, byte[]>();
        for (var item : items) {
            var bytes = files.get(item.getKey());
            if (bytes != null) {
                chosen.put(item.getPath(), bytes);
            } else if (!Boolean.TRUE.equals(optional)) {
                throw new ConfigError("references non-existent config key: " + item.getKey());
            }
        }
        return chosen;
    }

    private void write(Volume volume, Map<String, byte[]> files, List<KeyToPath> items, @Nullable Integer defaultMode)
            throws IOException {
        var target = folder(volume.getName());
        try (var present = Files.walk(target)) {
            for (var file : present.filter(Files::isRegularFile).toList()) {
                if (!files.containsKey(target.relativize(file).toString())) {
                    Files.delete(file);
                }
            }
        }
        for (var file : files.entrySet()) {
            var mode = items.stream()
                    .filter(item -> file.getKey().equals(item.getPath()) && item.getMode() != null)
                    .map(KeyToPath::getMode)
                    .findFirst()
                    .orElse(defaultMode == null ? DEFAULT_MODE : defaultMode);
            replace(target.resolve(file.getKey()), file.getValue(), mode);
        }
    }

    private static void replace(Path file, byte[] bytes, int mode) throws IOException {
        if (Files.exists(file) && Arrays.equals(Files.readAllBytes(file), bytes)) {
            return;
        }
        Files.createDirectories(file.getParent());
        var fresh = Files.createTempFile(file.getParent(), ".fresh", "");
        Files.write(fresh, bytes);
        Files.setPosixFilePermissions(fresh, permissions(mode));
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** The owner may always read: the files' user is the processes' user. */
    private static Set<PosixFilePermission> permissions(int mode) {
        var permissions = EnumSet.of(PosixFilePermission.OWNER_READ);
        // Ordered from the owner's read bit down, as the mode's bits are.
        var all = List.of(
                PosixFilePermission.OWNER_READ,
                PosixFilePermission.OWNER_WRITE,
                PosixFilePermission.OWNER_EXECUTE,
                PosixFilePermission.GROUP_READ,
                PosixFilePermission.GROUP_WRITE,
                PosixFilePermission.GROUP_EXECUTE,
                PosixFilePermission.OTHERS_READ,
                PosixFilePermission.OTHERS_WRITE,
                PosixFilePermission.OTHERS_EXECUTE);
        for (var bit = 0; bit < all.size(); bit++) {
            if ((mode & (0400 >> bit)) != 0) {
                permissions.add(all.get(bit));
            }
        }
        return permissions;
    }

    void delete() throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        List<Path> deepestFirst;
        try (Stream<Path> all = Files.walk(folder)) {
            deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (var path : deepestFirst) {
            Files.deleteIfExists(path);
        }
    }
}
