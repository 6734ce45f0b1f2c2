package dev.kvcachepool.router.app;

import dev.kvcachepool.commandline.FlagTypes;
import dev.kvcachepool.router.pick.Placement;
import dev.kvcachepool.router.prefill.PrefillRates;
import java.util.function.Function;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The flags of how fast engines compute and read, until they have shown it: a picocli mixin. */
final class RateFlags {
    @Option(
            names = "--prefill-rate",
            paramLabel = "TOKENS",
            defaultValue = "8000",
            converter = Flags.Tokens.class,
            description = "Prompt tokens a second of an engine, until it has shown its own. Default ${DEFAULT-VALUE}.")
    int prefillRate;

    @Option(
            names = "--local-read-rate",
            paramLabel = "BYTES",
            defaultValue = "8Gi",
            converter = FlagTypes.Bytes.class,
            description = "Bytes a second at which an engine reads from the memory of the cache-node beside it, under "
                    + "NodeLocal. Default ${DEFAULT-VALUE}.")
    long localReadRate;

    @Option(
            names = "--transfer-read-rate",
            paramLabel = "BYTES",
            defaultValue = "2Gi",
            converter = FlagTypes.Bytes.class,
            description = "Bytes a second at which an engine reads from a node's memory over the network, under "
                    + "Pooled. Default ${DEFAULT-VALUE}.")
    long transferReadRate;

    @Option(
            names = "--transfer-disk-rate",
            paramLabel = "BYTES",
            defaultValue = "512Mi",
            converter = FlagTypes.Bytes.class,
            description = "Bytes a second at which an engine reads from a node's disk. Default ${DEFAULT-VALUE}.")
    long transferDiskRate;

    /**
     * Rates of an engine that reads as {@code placement} has it.
     *
     * @param refuse makes the exception of a line that says what is wrong
     */
    PrefillRates config(Placement placement, Function<String, ParameterException> refuse) {
        requireAbove0("--local-read-rate", localReadRate, refuse);
        requireAbove0("--transfer-read-rate", transferReadRate, refuse);
        requireAbove0("--transfer-disk-rate", transferDiskRate, refuse);
        return new PrefillRates(
                prefillRate, placement == Placement.POOLED ? transferReadRate : localReadRate, transferDiskRate);
    }

    private static void requireAbove0(String flag, long value, Function<String, ParameterException> refuse) {
        if (value <= 0) {
            throw refuse.apply(flag + " is " + value + "; give a number of bytes above 0");
        }
    }
}
