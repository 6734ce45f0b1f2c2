package dev.kvcachepool.images;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What images are made of, laid out in a folder: {@code java} the runtime, {@code bin} the programs of C, {@code etc}, and
 * a folder for each program of the project. Ahead-of-time caches are made from here, then go into the programs' folders.
 */
final class Stage {
    private final Path folder;

    /** @param folder need not be there yet */
    Stage(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
    }

    Path runtime() {
        return folder.resolve("java");
    }

    /** Of the tests' broker: its logging wants {@code java.beans}, which is in a module that programs do without. */
    Path brokerRuntime() {
        return folder.resolve("test-java");
    }

    Path program(String name) {
        return folder.resolve(name);
    }

    Path bin() {
        return folder.resolve("bin");
    }

    Path etc() {
        return folder.resolve("etc");
    }

    /** An empty folder. */
    Path empty() throws IOException {
        return Files.createDirectories(folder.resolve("empty"));
    }

    /** Lays out everything but programs. */
    void base(Path sources, List<String> modules) throws IOException {
        Files.createDirectories(folder);
        JavaRuntime.make(runtime(), modules);
        Files.createDirectories(bin());
        for (var name : List.of("launch", "pause", "test-engine")) {
            Command.run(List.of(
                    "gcc",
                    "-O2",
                    "-static",
                    "-s",
                    "-Wall",
                    "-Wextra",
                    "-Werror",
                    "-Wl,--build-id=none",
                    "-o",
                    bin().resolve(name).toString(),
                    sources.resolve(name + ".c").toString()));
        }
        var user = ImageTar.USER;
        write("passwd", "root:x:0:0:root:/:/none\nkvcachepool:x:" + user + ":" + user + ":kvcachepool:/tmp:/none\n");
        write("group", "root:x:0:\nkvcachepool:x:" + user + ":\n");
        write("nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n");
        Trees.age(bin());
    }

    private void write(String name, String text) throws IOException {
        Files.createDirectories(etc());
        Files.writeString(etc().resolve(name), text, StandardCharsets.UTF_8);
    }

    /**
     * Lays out a program anew from the folder of its module, without an ahead-of-time cache.
     *
     * @throws IOException if it isn't built, among others
     */
    void program(String name, Path module) throws IOException {
        var app = module.resolve("target/quarkus-app");
        var built = app.resolve("quarkus-run.jar");
        if (!Files.exists(built)) {
            throw new IOException(name + " is not built: run make build");
        }
        var to = program(name);
        Trees.delete(to);
        Trees.copy(app, to, Stage::ofApp);
        Files.copy(module.resolve("jvm.flags"), to.resolve("jvm.flags"));
        var shared = module.resolve("target/native");
        if (Files.isDirectory(shared)) {
            Trees.copy(shared, to.resolve("native"), file -> file.toString().endsWith(".so"));
        }
        Trees.age(to);
    }

    /** Quarkus leaves notes for itself beside what it runs; the cache in a build's folder is for another runtime. */
    private static boolean ofApp(Path file) {
        return file.getNameCount() > 1 || file.toString().equals("quarkus-run.jar");
    }
}
