package dev.kvcachepool.cachenode.app;

import dev.kvcachepool.commandline.FlagTypes;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags of the disk tier. */
final class DiskFlags {
    /** A log needs a few segments to turn over. */
    private static final long LEAST = 64L << 20;

    private static final long MOST = 256L << 40;

    @Option(
            names = "--disk-path",
            paramLabel = "<folder>",
            description = "where values are kept on disk too, a folder of this node's own; needs --disk-size")
    @Nullable
    Path path;

    @Option(
            names = "--disk-size",
            paramLabel = "<size>",
            converter = FlagTypes.Bytes.class,
            description = "disk for blocks, e.g. 100Gi; needs --disk-path")
    @Nullable
    Long size;

    @Option(
            names = "--recovery-timeout",
            paramLabel = "<time>",
            converter = FlagTypes.Time.class,
            description = "how long a start may read what lies on disk; the oldest is given up after that; default 30s")
    Duration recoveryTimeout = Duration.ofSeconds(30);

    /**
     * What the flags say; null without a disk.
     *
     * @throws IllegalArgumentException with a line for the user
     */
    @Nullable
    DiskSettings settings() {
        if (path == null && size == null) {
            return null;
        }
        if (path == null || size == null) {
            throw new IllegalArgumentException("Invalid value for option '%s': it needs %s too"
                    .formatted(
                            path == null ? "--disk-size" : "--disk-path",
                            path == null ? "--disk-path" : "--disk-size"));
        }
        OptionTypes.requireBetween("--disk-size", size, LEAST, MOST);
        return new DiskSettings(path, size, recoveryTimeout);
    }
}
