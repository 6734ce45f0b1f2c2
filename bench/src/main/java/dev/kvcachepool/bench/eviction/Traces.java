package dev.kvcachepool.bench.eviction;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;

/** Reads Mooncake's traces (FAST '25): a line is a request, an id stands for 512 tokens of its prompt. */
final class Traces {
    private static final Path WHOLE = Path.of("..", "shared", "data", "traces");
    private static final Path COMMITTED = Path.of("e2e", "src", "main", "resources", "traces");

    private final Path root;
    private final ObjectMapper json = new ObjectMapper();

    /** Traces of the project at {@code root}. */
    Traces(Path root) {
        this.root = root;
    }

    /** The whole trace where it lies beside the project, else the first 800 requests, which the project has. */
    Workload read(String name, Path folder) throws IOException {
        var whole = (folder.toString().isEmpty() ? root.resolve(WHOLE) : folder).resolve(name + "_trace.jsonl");
        boolean there = Files.exists(whole);
        var file = there ? whole : root.resolve(COMMITTED).resolve(name + ".jsonl");
        var requests = new ArrayList<int[]>();
        for (var line : Files.readAllLines(file)) {
            requests.add(json.convertValue(json.readTree(line).get("hash_ids"), int[].class));
        }
        return Workload.of(there ? name : name + " (first 800 requests)", requests);
    }
}
