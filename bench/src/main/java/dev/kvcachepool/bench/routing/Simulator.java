package dev.kvcachepool.bench.routing;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The public policies' simulator, a program in Python that reads a whole trace and needs nothing but Python. */
record Simulator(Path program) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, Figures>> BY_POLICY = new TypeReference<>() {};

    /** Why it can't be had; empty where it can. */
    String missing() {
        return Files.exists(program) ? "" : "there is no " + program + "; --simulator names another file";
    }

    /** All that it says of a trace. */
    ObjectNode run(Path trace, int engines, int tokensPerSecond) throws IOException, InterruptedException {
        var process = new ProcessBuilder(
                        "python3", program.toString(), trace.toString(), "" + engines, "" + tokensPerSecond)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        ObjectNode said;
        try (var out = process.getInputStream()) {
            // All of it first: a parser stops at the last brace, and what is still written then breaks the pipe.
            said = JSON.readValue(out.readAllBytes(), ObjectNode.class);
        }
        if (process.waitFor() != 0) {
            throw new IOException(program + " ended with " + process.exitValue());
        }
        return said;
    }

    /** What it found of each policy, at so many blocks a node. */
    static Map<String, Figures> figures(ObjectNode said, int blocks) {
        return JSON.convertValue(said.path("policies").path("cap" + blocks), BY_POLICY);
    }
}
