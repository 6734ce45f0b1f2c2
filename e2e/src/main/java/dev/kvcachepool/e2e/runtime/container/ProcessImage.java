package dev.kvcachepool.e2e.runtime.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An image whose containers are processes of this machine.
 *
 * @param entrypoint the command unless the container names its own
 * @param defaultArgs follow the entry point unless the container has arguments or a command
 */
public record ProcessImage(List<String> entrypoint, List<String> defaultArgs) implements ContainerImage {
    public ProcessImage {
        entrypoint = List.copyOf(entrypoint);
        defaultArgs = List.copyOf(defaultArgs);
    }

    /** The image of {@code bin/<program>} of the project. */
    public static ProcessImage program(Path root, String program) {
        return new ProcessImage(List.of(root.resolve("bin").resolve(program).toString()), List.of());
    }

    /** What is run for a container: Kubernetes' rule for command, args, ENTRYPOINT and CMD. */
    List<String> commandLine(ContainerSpec spec) {
        var line = new ArrayList<>(spec.command().isEmpty() ? entrypoint : spec.command());
        if (spec.args().isEmpty() && spec.command().isEmpty()) {
            line.addAll(defaultArgs);
        }
        line.addAll(spec.args());
        return line;
    }

    @Override
    public RunningContainer start(ContainerSpec spec) {
        var line = commandLine(spec);
        if (line.isEmpty()) {
            throw new UncheckedIOException(new IOException("no command specified"));
        }
        var log = ProcessBuilder.Redirect.appendTo(spec.log().toFile());
        try {
            return new ContainerProcess(ChildEnvironment.builder(spec, line)
                    .redirectOutput(log)
                    .redirectError(log)
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + line.getFirst() + ": " + e.getMessage(), e);
        }
    }
}
