package dev.kvcachepool.cachenode.app;

import java.nio.file.Path;
import java.time.Duration;

/**
 * A node's disk tier.
 *
 * @param path a folder of this node's own
 * @param sizeBytes for values, with what describes them
 * @param recoveryTimeout how long a start may read what lies there
 */
public record DiskSettings(Path path, long sizeBytes, Duration recoveryTimeout) {}
