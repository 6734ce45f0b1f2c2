package dev.kvcachepool.images;

import com.google.cloud.tools.jib.api.CacheDirectoryCreationException;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;

/**
 * One image from nothing, written as a tar archive that {@code docker load} and {@code ctr images import} take. Its files
 * belong to root and are read by anybody; it runs as user 65532, who may write nowhere but in {@code /tmp}. The same
 * files give the same archive. Not thread-safe.
 */
final class ImageTar {
    /** User and group of the process: no account of a usual system, and not root. */
    static final String USER = "65532";

    private static final FilePermissions READ = FilePermissions.fromOctalString("644");
    private static final FilePermissions RUN = FilePermissions.fromOctalString("755");
    private static final FilePermissions ANYBODY = FilePermissions.fromOctalString("777");

    private final JibContainerBuilder image = Jib.fromScratch()
            .setCreationTime(Instant.EPOCH)
            .setUser(USER + ":" + USER)
            .setPlatforms(Set.of(new Platform(Machine.architecture(), "linux")));

    /** A layer of those files of a folder that are wanted by their path in it; they come to lie under {@code to}. */
    ImageTar folder(String name, Path folder, String to, Predicate<Path> wanted) throws IOException {
        var layer = FileEntriesLayer.builder().setName(name);
        for (var file : Trees.files(folder)) {
            var within = folder.relativize(file);
            if (wanted.test(within)) {
                add(layer, file, to + "/" + within);
            }
        }
        image.addFileEntriesLayer(layer.build());
        return this;
    }

    /** A layer of files of this machine at the same places in the image, and an empty {@code /tmp}. */
    ImageTar system(Collection<Path> files, Path emptyFolder) {
        var layer = FileEntriesLayer.builder().setName("system");
        for (var file : files) {
            add(layer, file, file.toString());
        }
        layer.addEntry(emptyFolder, AbsoluteUnixPath.get("/tmp"), ANYBODY, Trees.TIME, "");
        image.addFileEntriesLayer(layer.build());
        return this;
    }

    private static void add(FileEntriesLayer.Builder layer, Path file, String to) {
        layer.addEntry(file, AbsoluteUnixPath.get(to), Files.isExecutable(file) ? RUN : READ, Trees.TIME, "");
    }

    ImageTar labels(Map<String, String> labels) {
        image.setLabels(labels);
        return this;
    }

    ImageTar entryPoint(List<String> command) {
        image.setEntrypoint(command);
        return this;
    }

    /**
     * Writes the archive.
     *
     * @param name with its tag, for example {@code kvcachepool/router:0.1.0}
     * @param cache of layers; must not be older than the files, as their times don't tell whether they have changed
     */
    void write(Path archive, String name, Path cache) throws IOException {
        try {
            image.containerize(Containerizer.to(TarImage.at(archive).named(name))
                    .setOfflineMode(true)
                    .setToolName("kvcachepool")
                    .setBaseImageLayersCache(cache)
                    .setApplicationLayersCache(cache));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + archive + " was written", e);
        } catch (ExecutionException
                | RegistryException
                | CacheDirectoryCreationException
                | InvalidImageReferenceException e) {
            throw new IOException("cannot write " + archive + ": " + e.getMessage(), e);
        }
    }
}
