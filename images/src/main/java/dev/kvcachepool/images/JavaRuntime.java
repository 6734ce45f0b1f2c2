package dev.kvcachepool.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A Java runtime with just the modules that the programs need, cut from the JDK that this program runs on. */
final class JavaRuntime {
    /** What {@code jdeps} finds in the programs' jars, less what those do without; then what is found by name at run time. */
    static final List<String> MODULES = List.of(
            "java.compiler",
            "java.instrument",
            "java.logging",
            "java.management",
            "java.naming",
            "java.net.http",
            "java.security.jgss",
            "java.security.sasl",
            "java.sql",
            "jdk.jfr",
            "jdk.management",
            "jdk.net",
            "jdk.security.auth",
            "jdk.unsupported",
            "jdk.zipfs");

    private JavaRuntime() {}

    /**
     * Makes one, unless the folder has one of this JDK with these modules.
     *
     * @param folder replaced if it holds another one
     */
    static void make(Path folder, List<String> modules) throws IOException {
        var wanted = System.getProperty("java.runtime.version") + " " + String.join(",", modules);
        var note = folder.resolveSibling(folder.getFileName() + ".made-of");
        if (Files.exists(note) && Files.readString(note).equals(wanted)) {
            return;
        }
        Files.deleteIfExists(note);
        Trees.delete(folder);
        Command.run(List.of(
                Path.of(System.getProperty("java.home"), "bin", "jlink").toString(),
                "--add-modules=" + String.join(",", modules),
                "--no-header-files",
                "--no-man-pages",
                "--output=" + folder));
        Trees.delete(folder.resolve("legal"));
        Trees.age(folder);
        Files.writeString(note, wanted);
    }
}
