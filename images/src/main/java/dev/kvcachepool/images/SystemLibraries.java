package dev.kvcachepool.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The files of this machine's C library and compiler's runtime that programs need: what {@code ldd} says of each shared
 * object in a folder, and of those in its jars. In jars those that need what isn't here are passed over: they are for other
 * systems, Solaris or musl, whose files look alike.
 */
final class SystemLibraries {
    private static final Pattern FOUND = Pattern.compile("^\\s*(?:\\S+ => )?(/\\S+) \\(0x", Pattern.MULTILINE);
    private static final Pattern MISSING = Pattern.compile("^\\s*(\\S+) => not found", Pattern.MULTILINE);

    /** Of the GPU's driver: container runtimes put it into containers that have a GPU. */
    private static final String DRIVER = "libcuda.so.1";

    private final Path runtime;

    /** @param runtime the Java runtime, whose own libraries find one another */
    SystemLibraries(Path runtime) {
        this.runtime = runtime.toAbsolutePath().normalize();
    }

    /** Absolute paths on this machine, which are those in the image, too. */
    NavigableSet<Path> neededBy(Path folder) throws IOException {
        var needed = new TreeSet<Path>();
        for (var file : files(folder)) {
            if (file.toString().endsWith(".jar")) {
                addFromJar(file, needed);
            } else if (Machine.runs(start(file))) {
                needed.addAll(libraries(file)
                        .orElseThrow(() -> new IOException(file + " needs libraries that are not installed here")));
            }
        }
        return needed;
    }

    private static List<Path> files(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static byte[] start(Path file) throws IOException {
        try (var stream = Files.newInputStream(file)) {
            return stream.readNBytes(64);
        }
    }

    private void addFromJar(Path jar, NavigableSet<Path> needed) throws IOException {
        try (var archive = new ZipFile(jar.toFile())) {
            for (var entry :
                    archive.stream().filter(SystemLibraries::sharedObject).toList()) {
                byte[] bytes;
                try (var stream = archive.getInputStream(entry)) {
                    bytes = stream.readAllBytes();
                }
                if (Machine.runs(bytes)) {
                    var unpacked = Files.createTempFile("images", ".so");
                    try {
                        Files.write(unpacked, bytes);
                        libraries(unpacked).ifPresent(needed::addAll);
                    } finally {
                        Files.delete(unpacked);
                    }
                }
            }
        }
    }

    private static boolean sharedObject(ZipEntry entry) {
        return entry.getName().endsWith(".so");
    }

    /** Empty if one isn't here. */
    private Optional<List<Path>> libraries(Path file) throws IOException {
        String output;
        try {
            output = Command.run(List.of("ldd", file.toAbsolutePath().toString()));
        } catch (IOException e) {
            if (String.valueOf(e.getMessage()).contains("not a dynamic executable")) {
                return Optional.of(List.of());
            }
            throw e;
        }
        if (MISSING.matcher(output).results().anyMatch(missing -> !comesAlong(missing.group(1)))) {
            return Optional.empty();
        }
        return Optional.of(FOUND.matcher(output)
                .results()
                .map(found -> Path.of(found.group(1)).normalize())
                .filter(library -> !library.startsWith(runtime))
                .toList());
    }

    private boolean comesAlong(String library) {
        return library.equals(DRIVER)
                || Files.exists(runtime.resolve("lib/server").resolve(library))
                || Files.exists(runtime.resolve("lib").resolve(library));
    }
}
