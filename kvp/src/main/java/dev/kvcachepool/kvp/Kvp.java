package dev.kvcachepool.kvp;

import dev.kvcachepool.commandline.EnvironmentDefaults;
import dev.kvcachepool.kvp.adverts.AdvertsCommand;
import dev.kvcachepool.kvp.pool.CompleteCommand;
import dev.kvcachepool.kvp.pool.CompletionCommand;
import dev.kvcachepool.kvp.pool.DrainCommand;
import dev.kvcachepool.kvp.pool.EventsCommand;
import dev.kvcachepool.kvp.pool.NodesCommand;
import dev.kvcachepool.kvp.pool.PrefixesCommand;
import dev.kvcachepool.kvp.pool.RestartCommand;
import dev.kvcachepool.kvp.pool.StatusCommand;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The program: {@code bin/kvp --help}. */
@Command(
        name = "kvp",
        mixinStandardHelpOptions = true,
        version = "kvp 0.1.0-SNAPSHOT",
        subcommands = {
            StatusCommand.class,
            NodesCommand.class,
            PrefixesCommand.class,
            EventsCommand.class,
            DrainCommand.class,
            RestartCommand.class,
            AdvertsCommand.class,
            CompletionCommand.class,
            CompleteCommand.class
        },
        description = "Looks at KVCachePools and their cache-nodes, and looks after them; also as kubectl kvp.")
public final class Kvp {
    private Kvp() {}

    /** Runs the subcommand that is named. */
    public static void main(String... arguments) {
        var out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
        var errors = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(run(System.getenv(), out, errors, arguments));
    }

    /** The program's exit status: 0, 1 when it could not do what it was asked, 2 when it was asked wrongly. */
    static int run(Map<String, String> environment, PrintWriter out, PrintWriter errors, String... arguments) {
        int status = new CommandLine(new Kvp())
                .setDefaultValueProvider(new EnvironmentDefaults(environment))
                .setOut(out)
                .setErr(errors)
                .setParameterExceptionHandler(Kvp::refuse)
                .setExecutionExceptionHandler(Kvp::fail)
                .execute(arguments);
        out.flush();
        return status;
    }

    private static int refuse(ParameterException e, String[] arguments) {
        e.getCommandLine().getErr().println(e.getMessage());
        return CommandLine.ExitCode.USAGE;
    }

    private static int fail(Exception e, CommandLine command, ParseResult parsed) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        command.getErr().println(cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage());
        return CommandLine.ExitCode.SOFTWARE;
    }
}
