package dev.kvcachepool.bench;

import dev.kvcachepool.bench.blend.BlendCommand;
import dev.kvcachepool.bench.disk.DiskCommand;
import dev.kvcachepool.bench.eviction.EvictionBench;
import dev.kvcachepool.bench.index.IndexCommand;
import dev.kvcachepool.bench.limit.LimitCommand;
import dev.kvcachepool.bench.routing.RoutingCommand;
import dev.kvcachepool.bench.store.StoreCommand;
import dev.kvcachepool.bench.tokens.TokensCommand;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;

/** The program: {@code bin/bench --help}. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        subcommands = {
            StoreCommand.class,
            LimitCommand.class,
            EvictionBench.class,
            DiskCommand.class,
            IndexCommand.class,
            BlendCommand.class,
            RoutingCommand.class,
            TokensCommand.class
        },
        description = "Measures the programs beside their peers.")
public final class Bench {
    @Option(
            names = "--root",
            paramLabel = "<folder>",
            scope = ScopeType.INHERIT,
            required = true,
            description = "of the project: programs are started from it, results go to its target/bench")
    Path root = Path.of(".");

    private Bench() {}

    /** The project's folder, for a subcommand. */
    public static Path root(@Nullable Bench parent) {
        return parent == null ? Path.of(".") : parent.root;
    }

    /** Runs the subcommand that is named. */
    public static void main(String... arguments) {
        System.exit(new CommandLine(new Bench())
                .setParameterExceptionHandler(Bench::refuse)
                .setExecutionExceptionHandler(Bench::fail)
                .execute(arguments));
    }

    private static int refuse(ParameterException e, String[] arguments) {
        System.err.println(e.getMessage());
        return CommandLine.ExitCode.USAGE;
    }

    private static int fail(Exception e, CommandLine command, ParseResult parsed) {
        System.err.println(command.getCommandName() + " failed: " + e.getMessage());
        if (e instanceof RuntimeException) {
            e.printStackTrace();
        }
        return CommandLine.ExitCode.SOFTWARE;
    }
}
