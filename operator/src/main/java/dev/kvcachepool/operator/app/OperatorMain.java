package dev.kvcachepool.operator.app;

import dev.kvcachepool.commandline.tracing.Tracing;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.PrintStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParameterException;

/** Judges the command line before Quarkus starts, so that a mistake costs one clear line and no stack trace. */
@QuarkusMain
public final class OperatorMain {
    /** Its name in traces. */
    static final String SERVICE = "kvcachepool-operator";

    static final int FAILED = 1;
    private static final int BAD_INPUT = 2;

    private OperatorMain() {}

    public static void main(String[] args) {
        var exit = check(args, System.getenv(), System.out, System.err);
        if (exit != null) {
            System.exit(exit);
        }
        var command = OperatorCommand.parse(args, System.getenv());
        System.setProperty("quarkus.http.host", command.listenAddress);
        System.setProperty("quarkus.http.port", Integer.toString(command.httpPort));
        if (!command.namespaces.isEmpty()) {
            System.setProperty("quarkus.operator-sdk.namespaces", String.join(",", command.namespaces));
        }
        Quarkus.run(OperatorApplication.class, OperatorMain::ended, args);
    }

    /** The exit code where the program should not start, or null where it should. */
    static @Nullable Integer check(String[] args, Map<String, String> environment, PrintStream out, PrintStream err) {
        var help = OperatorCommand.commandLine(environment);
        try {
            var parsed = help.parseArgs(args);
            if (parsed.isUsageHelpRequested()) {
                help.usage(out);
                return 0;
            }
            if (parsed.isVersionHelpRequested()) {
                help.printVersionHelp(out);
                return 0;
            }
            OperatorCommand.parse(args, environment);
            Tracing.of(environment, SERVICE, said -> {}).close();
            return null;
        } catch (ParameterException | IllegalArgumentException e) {
            err.println("operator: " + String.valueOf(e.getMessage()).replaceAll("\\s+", " "));
            return BAD_INPUT;
        }
    }

    private static void ended(Integer code, @Nullable Throwable failure) {
        if (failure != null) {
            var cause = failure;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            System.err.println("operator: cannot start: " + cause.getMessage());
            System.exit(FAILED);
        }
        System.exit(code);
    }
}
