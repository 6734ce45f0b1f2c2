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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The program: {@code bin/kvp --help}. */
@Command(
        name = "kvp",
        mixinStandardHelpOptions = true,
        version = "kvp 0.1.0-SNAPSHOT",
        description = "Looks at KVCachePools and their cache-nodes, and looks after them; also as kubectl kvp.")
public final class Kvp {
    private Kvp() {}

    /** Runs the subcommand that is named. */
    public static void main(String... arguments) {
        var out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
        var errors = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(run(System.getenv(), out, errors, arguments));
    }

    /** In the order of the help. Each is looked into by reflection when it is made, which is a good part of what a call takes. */
    private static final Map<String, Supplier<Object>> COMMANDS = commands();

    private static Map<String, Supplier<Object>> commands() {
        var commands = new LinkedHashMap<String, Supplier<Object>>();
        commands.put("status", StatusCommand::new);
        commands.put("nodes", NodesCommand::new);
        commands.put("prefixes", PrefixesCommand::new);
        commands.put("events", EventsCommand::new);
        commands.put("drain", DrainCommand::new);
        commands.put("restart", RestartCommand::new);
        commands.put("adverts", AdvertsCommand::new);
        commands.put("completion", CompletionCommand::new);
        commands.put("__complete", CompleteCommand::new);
        return commands;
    }

    /** With the one command that is called; with all where none is, or one that has to know the others. */
    private static CommandLine line(String... arguments) {
        var line = new CommandLine(new Kvp());
        var first = arguments.length == 0 ? "" : arguments[0];
        if (COMMANDS.containsKey(first) && !first.equals("__complete")) {
            line.addSubcommand(first, COMMANDS.get(first).get());
        } else if (!first.equals("--version")) {
            COMMANDS.forEach((name, command) -> line.addSubcommand(name, command.get()));
        }
        return line;
    }

    /** The program's exit status: 0, 1 when it could not do what it was asked, 2 when it was asked wrongly. */
    static int run(Map<String, String> environment, PrintWriter out, PrintWriter errors, String... arguments) {
        int status = line(arguments)
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
