package dev.kvcachepool.cachenode.tenant;

import java.nio.file.Path;

/**
 * A tenant and its quota.
 *
 * @param name for people and metrics: letters, digits and {@code -}
 * @param salts a file with the cache salts of its keys, one a line
 * @param hostBytes of the host tier that its values may take; {@code Quotas.UNLIMITED} without a limit, as the others
 * @param diskBytes of records on disk
 * @param gpuBytes of the GPU tier
 */
public record TenantSettings(String name, Path salts, long hostBytes, long diskBytes, long gpuBytes) {}
