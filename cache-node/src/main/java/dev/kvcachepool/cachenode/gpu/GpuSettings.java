package dev.kvcachepool.cachenode.gpu;

import java.time.Duration;

/**
 * What of which GPU is this node's.
 *
 * @param bytes for values, in whole pages of 2 MiB
 * @param device its number among those that this process sees, from 0 on
 * @param patience how long a copy may take; a device that takes longer is given up
 */
public record GpuSettings(long bytes, int device, Duration patience) {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** With a copy's usual time limit. */
    public GpuSettings(long bytes, int device) {
        this(bytes, device, PATIENCE);
    }
}
