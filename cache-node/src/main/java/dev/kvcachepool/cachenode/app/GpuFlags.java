package dev.kvcachepool.cachenode.app;

import dev.kvcachepool.cachenode.gpu.GpuSettings;
import dev.kvcachepool.cachenode.memory.PagedArena;
import dev.kvcachepool.commandline.FlagTypes;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags of the GPU tier. */
final class GpuFlags {
    private static final long LEAST = 64L << 20;
    private static final long MOST = 1L << 40;
    private static final int MOST_DEVICE = 63;

    @Option(
            names = "--gpu-size",
            paramLabel = "<size>",
            converter = FlagTypes.Bytes.class,
            description = "GPU memory for blocks that host memory evicts, e.g. 8Gi; default none")
    @Nullable
    Long size;

    @Option(
            names = "--gpu-device",
            paramLabel = "<number>",
            description = "which GPU of those this process sees, from 0 on; default 0; needs --gpu-size")
    @Nullable
    Integer device;

    /**
     * What the flags say; null without a GPU.
     *
     * @throws IllegalArgumentException with a line for the user
     */
    @Nullable
    GpuSettings settings() {
        if (size == null) {
            if (device != null) {
                throw new IllegalArgumentException("Invalid value for option '--gpu-device': it needs --gpu-size too");
            }
            return null;
        }
        OptionTypes.requireBetween("--gpu-size", size, LEAST, MOST);
        int number = device == null ? 0 : device;
        if (number < 0 || number > MOST_DEVICE) {
            throw new IllegalArgumentException(
                    "Invalid value for option '--gpu-device': '%d' is not allowed; allowed are 0 to %d"
                            .formatted(number, MOST_DEVICE));
        }
        return new GpuSettings(size / PagedArena.PAGE_BYTES * PagedArena.PAGE_BYTES, number);
    }
}
