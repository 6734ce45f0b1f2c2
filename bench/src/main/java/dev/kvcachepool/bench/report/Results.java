package dev.kvcachepool.bench.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where results go: {@code target/bench/<name>.json}, {@code .md} and whatever else is named so. */
public final class Results {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private final Path folder;
    private final String name;

    /** {@code root}: the project's folder. */
    public Results(Path root, String name) throws IOException {
        this.folder = Files.createDirectories(root.resolve("target/bench"));
        this.name = name;
    }

    /** Writes both, and prints the Markdown. */
    public void write(Object json, String markdown) throws IOException {
        JSON.writeValue(file("json").toFile(), json);
        Files.writeString(file("md"), markdown);
        System.out.println(markdown);
        System.err.println("written: " + file("json") + ", " + file("md"));
    }

    /** By its ending. */
    public Path file(String ending) {
        return folder.resolve(name + "." + ending);
    }
}
