package dev.kvcachepool.e2e.runtime.kubelet;

import dev.kvcachepool.e2e.runtime.kubelet.VolumeFiles.VolumeFile;
import io.fabric8.kubernetes.api.model.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A pod's volumes as folders: emptyDir, configMap, secret, projected. Each file is replaced in one step, when its object changes
 * too. Removed with the pod.
 */
final class PodVolumes {
    private final Path folder;

    PodVolumes(Path folder) {
        this.folder = folder;
    }

    Path folder(String volume) {
        return folder.resolve(volume);
    }

    /** Makes the folders and brings the files up to date. */
    void sync(List<Volume> volumes, VolumeFiles files) throws ConfigError, IOException {
        for (var volume : volumes) {
            Files.createDirectories(folder(volume.getName()));
            var wanted = files.of(volume);
            if (wanted.isPresent()) {
                write(folder(volume.getName()), wanted.get());
            }
        }
    }

    private static void write(Path target, List<VolumeFile> files) throws IOException {
        var kept = files.stream().map(VolumeFile::path).collect(Collectors.toSet());
        try (var present = Files.walk(target)) {
            for (var file : present.filter(Files::isRegularFile).toList()) {
                if (!kept.contains(target.relativize(file).toString())) {
                    Files.delete(file);
                }
            }
        }
        for (var file : files) {
            replace(target.resolve(file.path()), file.bytes(), file.mode());
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
