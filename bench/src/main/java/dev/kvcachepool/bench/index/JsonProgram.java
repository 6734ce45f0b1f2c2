package dev.kvcachepool.bench.index;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * A program that prints one JSON document and ends.
 *
 * @param environment variables beside those of this process
 */
record JsonProgram(List<String> command, Map<String, String> environment) {
    JsonProgram {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /**
     * Runs it to its end; returns what it printed. All of that is read before any of it is parsed: a parser ends at the last
     * brace, and a program whose last line break finds the pipe closed dies of it.
     *
     * @throws IOException where it can't be started, exits with another status than 0, or prints something else
     */
    JsonNode run() throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(environment);
        var process = builder.start();
        byte[] printed;
        try (var out = process.getInputStream()) {
            printed = out.readAllBytes();
        }
        int status = process.waitFor();
        if (status != 0) {
            throw new IOException(command + " ended with " + status);
        }
        return parsed(printed);
    }

    private JsonNode parsed(byte[] printed) throws IOException {
        JsonNode result;
        try {
            result = new ObjectMapper().readTree(printed);
        } catch (JsonProcessingException e) {
            throw new IOException(command + " printed no JSON: " + e.getOriginalMessage(), e);
        }
        if (!result.isObject()) {
            throw new IOException(command + " printed " + printed.length + " bytes, allowed is a JSON object");
        }
        return result;
    }
}
