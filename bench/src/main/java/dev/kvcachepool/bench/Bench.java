package dev.kvcachepool.bench;

import dev.kvcachepool.bench.eviction.EvictionBench;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The program: {@code bin/bench --help}. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        subcommands = {EvictionBench.class},
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

    /** Of the project. */
    public Path root() {
        return root;
    }

    /** Runs the subcommand that is named. */
    public static void main(String... arguments) {
        System.exit(new CommandLine(new Bench()).execute(arguments));
    }
}
