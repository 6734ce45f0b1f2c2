package dev.kvcachepool.e2e.inference;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line of {@code bin/demo-engine}. */
@Command(
        name = "demo-engine",
        description = "Time to the first token of a real transformer on the CPU, with a pool and without.",
        sortOptions = false)
final class InferenceOptions {
    /** A model of so few layers says nothing about time: for tests. */
    enum Size {
        small,
        tiny
    }

    @Option(
            names = "--workloads",
            split = ",",
            paramLabel = "NAME",
            description = "which, by their names; default: all of ${COMPLETION-CANDIDATES}")
    List<WorkloadName> workloads = List.of(WorkloadName.values());

    @Option(
            names = "--quick",
            description = "fewer and shorter prompts: minutes rather than twenty; times say less then")
    boolean quick;

    @Option(names = "--size", defaultValue = "small", description = "of the model: small (default), or tiny for tests")
    Size size = Size.small;

    @Option(names = "--recompute-share", defaultValue = "0.15", description = "of what is reused at other positions")
    double recomputeShare = .15;

    @Option(names = "--seed", defaultValue = "1", description = "of the prompts; default ${DEFAULT-VALUE}")
    long seed = 1;

    @Option(names = "--root", hidden = true, description = "the project's folder")
    Path root = Path.of(".");

    @Option(names = "--out", description = "where the results go; default: target in the project's folder")
    @Nullable
    Path out;

    @Option(names = "--help", usageHelp = true, description = "this text")
    boolean help;

    Path outFolder() {
        return out == null ? root.resolve("target") : out;
    }
}
