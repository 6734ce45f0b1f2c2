package dev.kvcachepool.images;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Properties;

/**
 * Makes the images in two steps, between which {@code scripts/images} makes ahead-of-time caches:
 *
 * <ul>
 *   <li>{@code stage ROOT} lays out under {@code ROOT/target/images/stage} what the images are made of;
 *   <li>{@code pack ROOT} writes {@code ROOT/target/images/<name>.tar};
 *   <li>{@code sbom ROOT} writes {@code ROOT/target/images/<name>.cdx.json} for each image that {@code pack} wrote;
 *   <li>{@code static ROOT NAME PROGRAM} writes an image of one statically linked program.
 * </ul>
 */
public final class Images {
    /** The product's programs, and what each is. */
    static final Map<String, String> PROGRAMS = Map.of(
            "cache-node", "Holds KV blocks of LLM engines in memory, on disk and on the GPU",
            "router", "Steers requests to the engine that finds most of their prompt's KV blocks",
            "operator", "Turns KVCachePool resources into running pools");

    private static final String HOME = "/opt/kvcachepool";

    private final Path root;
    private final Path target;
    private final Stage stage;

    private Images(Path root) {
        this.root = root;
        this.target = root.resolve("target/images");
        this.stage = new Stage(target.resolve("stage"));
    }

    /** Ends with status 1 and a line that says what is wrong if an image can't be made. */
    public static void main(String[] arguments) {
        try {
            var images = new Images(Path.of(arguments[1]));
            switch (arguments[0]) {
                case "stage" -> images.stage();
                case "pack" -> images.pack();
                case "sbom" -> images.sbom();
                case "static" -> images.single(arguments[2], Path.of(arguments[3]));
                default ->
                    throw new IOException("the first argument is stage, pack, sbom or static, not " + arguments[0]);
            }
        } catch (IOException e) {
            System.err.println("images: " + e.getMessage());
            System.exit(1);
        }
    }

    private void stage() throws IOException {
        stage.base(root.resolve("images/src/main/native"), JavaRuntime.MODULES);
        for (var program : PROGRAMS.keySet()) {
            stage.program(program, root.resolve(program));
        }
    }

    private void pack() throws IOException {
        var cache = Files.createTempDirectory("images");
        try {
            for (var program : PROGRAMS.keySet()) {
                say(pack(stage, program, target, cache));
            }
            single("pause", stage.bin().resolve("pause"));
            single("test-engine", stage.bin().resolve("test-engine"));
            broker(cache);
        } finally {
            Trees.delete(cache);
        }
    }

    private void sbom() throws IOException {
        for (var program : PROGRAMS.keySet()) {
            var archive = target.resolve(program + ".tar");
            var folder = stage.program(program);
            if (!Files.exists(archive) || !Files.isDirectory(folder)) {
                throw new IOException(archive + " is not there: run make images");
            }
            var bill = target.resolve(program + ".cdx.json");
            Sbom.ofMaven(root.resolve(program).resolve("target/bom.json"))
                    .jars(folder.resolve("lib"))
                    .files(folder.resolve("native"))
                    .runtime(stage.runtime())
                    .packages(SystemPackages.of(system(stage, folder)))
                    .write(bill, name(program), archive);
            System.out.println(bill);
        }
    }

    /** Writes the image of a program that was laid out, into {@code <target>/<program>.tar}. */
    static Path pack(Stage stage, String program, Path target, Path cache) throws IOException {
        var folder = stage.program(program);
        var command = new ArrayList<>(List.of(HOME + "/bin/launch", "-Djava.library.path=" + HOME + "/native"));
        if (Files.exists(folder.resolve("app.aot"))) {
            command.addAll(List.of("-XX:AOTCache=" + HOME + "/app.aot", "-Xlog:aot=off", "-Xlog:cds=off"));
        }
        command.addAll(List.of("-jar", HOME + "/quarkus-run.jar"));
        var archive = target.resolve(program + ".tar");
        withJava(stage, stage.runtime(), folder)
                .folder("libraries", folder, HOME, within -> within.startsWith("lib"))
                .folder("program", folder, HOME, within -> !within.startsWith("lib") && !within.startsWith("app.aot"))
                .folder("ahead-of-time-cache", folder, HOME, within -> within.startsWith("app.aot"))
                .folder("entry-point", stage.bin(), HOME + "/bin", within -> within.startsWith("launch"))
                .labels(labels(program, PROGRAMS.getOrDefault(program, program)))
                .entryPoint(command)
                .write(archive, name(program), cache);
        return archive;
    }

    /** What the programs' own runtime and a program need of this machine. */
    private static NavigableSet<Path> system(Stage stage, Path program) throws IOException {
        var libraries = new SystemLibraries(stage.runtime());
        var system = libraries.neededBy(stage.runtime());
        system.addAll(libraries.neededBy(program));
        return system;
    }

    /** The two layers on which the others lie. The runtime's needs are those of the programs' own, whichever it is. */
    private static ImageTar withJava(Stage stage, Path runtime, Path program) throws IOException {
        return new ImageTar()
                .system(system(stage, program), stage.empty())
                .folder("etc", stage.etc(), "/etc", _ -> true)
                .folder("java", runtime, "/opt/java", _ -> true);
    }

    /** The broker of the tests, if it is built. */
    private void broker(Path cache) throws IOException {
        var libraries = root.resolve("e2e/target/lib");
        if (!Files.isDirectory(libraries)) {
            return;
        }
        var modules = new ArrayList<>(JavaRuntime.MODULES);
        modules.add("java.desktop");
        JavaRuntime.make(stage.brokerRuntime(), modules);
        var folder = stage.program("test-broker");
        Trees.delete(folder);
        Trees.copy(libraries, folder.resolve("lib"), _ -> true);
        Trees.copy(
                root.resolve("e2e/target/classes"),
                folder.resolve("classes"),
                within -> within.toString().contains("/broker/"));
        var archive = target.resolve("test-broker.tar");
        withJava(stage, stage.brokerRuntime(), folder)
                .folder("libraries", folder, HOME, _ -> true)
                .labels(labels("test-broker", "One Kafka broker for tests, which keeps nothing"))
                .entryPoint(List.of(
                        "/opt/java/bin/java",
                        "-Xmx384m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        HOME + "/classes:" + HOME + "/lib/*",
                        "dev.kvcachepool.e2e.broker.BrokerMain"))
                .write(archive, name("test-broker"), cache);
        say(archive);
    }

    private void single(String name, Path program) throws IOException {
        var cache = Files.createTempDirectory("images");
        try {
            var archive = target.resolve(name + ".tar");
            new ImageTar()
                    .folder(
                            "program",
                            program.resolveSibling("."),
                            "",
                            within -> within.endsWith(program.getFileName()))
                    .labels(labels(name, name + " of the test cluster"))
                    .entryPoint(List.of("/" + program.getFileName()))
                    .write(archive, name(name), cache);
            say(archive);
        } finally {
            Trees.delete(cache);
        }
    }

    private static Map<String, String> labels(String title, String description) {
        return Map.of(
                "org.opencontainers.image.title",
                "kvcachepool/" + title,
                "org.opencontainers.image.description",
                description,
                "org.opencontainers.image.version",
                version(),
                "org.opencontainers.image.vendor",
                "KVCachePool",
                "org.opencontainers.image.licenses",
                "Apache-2.0");
    }

    /** An image's name with its tag. */
    static String name(String program) {
        return "kvcachepool/" + program + ":" + version();
    }

    private static String version() {
        var properties = new Properties();
        try (var stream = Images.class.getResourceAsStream("/images.properties")) {
            properties.load(stream);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("version");
    }

    private static void say(Path archive) throws IOException {
        System.out.printf("%s %d MB%n", archive, Files.size(archive) / 1_000_000);
    }
}
