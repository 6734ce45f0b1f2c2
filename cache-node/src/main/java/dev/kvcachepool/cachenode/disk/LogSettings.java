package dev.kvcachepool.cachenode.disk;

import java.nio.file.Path;

/**
 * Where a log lies and how large it may become.
 *
 * @param path a folder of the log's own; made where it is not there
 * @param capacityBytes for all segments
 * @param owner whose values they are; segments of another owner are foreign
 */
public record LogSettings(Path path, long capacityBytes, String owner) {}
