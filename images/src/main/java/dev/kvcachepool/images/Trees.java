package dev.kvcachepool.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/** Folders as a whole. */
final class Trees {
    /** Of every file in an image: two builds must not differ by when they were made. */
    static final Instant TIME = Instant.ofEpochSecond(1);

    private Trees() {}

    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        List<Path> all;
        try (var paths = Files.walk(folder)) {
            all = paths.sorted(Comparator.reverseOrder()).toList();
        }
        for (var path : all) {
            Files.delete(path);
        }
    }

    /** Copies the files whose path within {@code from} is wanted. */
    static void copy(Path from, Path to, Predicate<Path> wanted) throws IOException {
        for (var file : files(from)) {
            var within = from.relativize(file);
            if (wanted.test(within)) {
                var target = to.resolve(within);
                Files.createDirectories(target.resolveSibling("."));
                Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    /** Gives all files {@link #TIME}: an ahead-of-time cache knows its jars by it. */
    static void age(Path folder) throws IOException {
        for (var file : files(folder)) {
            Files.setLastModifiedTime(file, FileTime.from(TIME));
        }
    }

    /** Regular files, links to such among them, in the order of their names. */
    static List<Path> files(Path folder) throws IOException {
        try (var paths = Files.walk(folder)) {
            return paths.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
