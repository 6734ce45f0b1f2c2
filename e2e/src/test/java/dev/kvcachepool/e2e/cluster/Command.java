package dev.kvcachepool.e2e.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs a command to its end. */
final class Command {
    private Command() {}

    /** What became of a command. */
    record Result(int exit, String output, String errors) {
        /** The output of a command that must have worked. */
        String mustSucceed() {
            if (exit != 0) {
                throw new AssertionError("exit " + exit + ": " + output + errors);
            }
            return output;
        }
    }

    static Result run(List<String> command, String input, Duration limit) {
        return run(command, input, Map.of(), limit);
    }

    static Result run(List<String> command, String input, Map<String, String> environment, Duration limit) {
        try {
            var output = Files.createTempFile("command", ".out");
            var errors = Files.createTempFile("command", ".err");
            var builder =
                    new ProcessBuilder(command).redirectOutput(output.toFile()).redirectError(errors.toFile());
            builder.environment().putAll(environment);
            var process = builder.start();
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            }
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(command + " did not end within " + limit);
            }
            var result = new Result(process.exitValue(), Files.readString(output), Files.readString(errors));
            Files.delete(output);
            Files.delete(errors);
            return result;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
