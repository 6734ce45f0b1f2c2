package dev.kvcachepool.cachenode.app;

import dev.kvcachepool.commandline.EnvironmentDefaults;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Turns arguments and environment into settings, or into the one line that says why not. */
final class CommandLineReader {
    private static final int BAD_INPUT = 2;

    private CommandLineReader() {}

    /**
     * What came of it.
     *
     * @param given settings, unless there is a message
     * @param message help, version or what is wrong
     * @param exitCode where there is a message
     */
    record Outcome(@Nullable NodeSettings given, @Nullable String message, int exitCode) {
        NodeSettings settings() {
            if (given == null) {
                throw new IllegalStateException("no settings: " + message);
            }
            return given;
        }
    }

    static Outcome read(String[] arguments, Map<String, String> environment) {
        var options = new NodeOptions();
        var commandLine = new CommandLine(options).setDefaultValueProvider(new EnvironmentDefaults(environment));
        try {
            commandLine.parseArgs(arguments);
            if (commandLine.isUsageHelpRequested()) {
                return new Outcome(null, commandLine.getUsageMessage().stripTrailing(), 0);
            }
            if (commandLine.isVersionHelpRequested()) {
                return new Outcome(null, "cache-node " + NodeSettings.version(), 0);
            }
            return new Outcome(options.settings(environment), null, 0);
        } catch (ParameterException e) {
            return bad(String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException e) {
            return bad(String.valueOf(e.getMessage()));
        }
    }

    private static Outcome bad(String message) {
        return new Outcome(null, "cache-node: " + message.replaceAll("\\s+", " "), BAD_INPUT);
    }
}
