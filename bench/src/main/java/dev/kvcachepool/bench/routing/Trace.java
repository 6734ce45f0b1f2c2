package dev.kvcachepool.bench.routing;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A trace of Mooncake (FAST '25), or a part of one, in order of time.
 *
 * @param name for tables and files
 * @param lines as they stand in the file, one a request
 */
record Trace(String name, List<Request> requests, List<String> lines) {
    private static final Path WHOLE = Path.of("..", "shared", "data", "traces");
    private static final Path COMMITTED = Path.of("e2e", "src", "main", "resources", "traces");
    private static final TypeReference<List<Integer>> IDS = new TypeReference<>() {};
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The whole trace where it lies beside the project, else the first 800 requests, which the project has. */
    static Trace read(Path root, String name) throws IOException {
        var whole = root.resolve(WHOLE).resolve(name + "_trace.jsonl");
        return Files.exists(whole)
                ? parse(name, Files.readAllLines(whole))
                : parse(
                        name + ", first 800",
                        Files.readAllLines(root.resolve(COMMITTED).resolve(name + ".jsonl")));
    }

    static Trace parse(String name, List<String> text) throws IOException {
        record Line(Request request, String text) {}
        var lines = new ArrayList<Line>();
        for (var line : text) {
            if (!line.isBlank()) {
                lines.add(new Line(request(line), line));
            }
        }
        lines.sort(Comparator.comparingDouble(line -> line.request.at()));
        return new Trace(
                name,
                lines.stream().map(Line::request).toList(),
                lines.stream().map(Line::text).toList());
    }

    private static Request request(String line) throws IOException {
        var json = JSON.readTree(line);
        return new Request(
                json.path("timestamp").asLong() / 1000.0,
                json.path("input_length").asInt(),
                json.path("output_length").asInt(),
                JSON.convertValue(json.path("hash_ids"), IDS));
    }

    Trace firstHalf() {
        return part("1st half", 0, requests.size() / 2);
    }

    Trace secondHalf() {
        return part("2nd half", requests.size() / 2, requests.size());
    }

    private Trace part(String which, int from, int to) {
        return new Trace(name + ", " + which, requests.subList(from, to), lines.subList(from, to));
    }

    /** Writes it as a trace of its own, for programs that read whole files. */
    Path write(Path folder) throws IOException {
        Files.createDirectories(folder);
        return Files.write(folder.resolve(name.replaceAll("[^a-z0-9]+", "-") + ".jsonl"), lines);
    }
}
