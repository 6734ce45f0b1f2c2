package dev.kvcachepool.e2e.kube.resource;

/**
 * How a write is to be done.
 *
 * @param manager in whose name
 * @param force whether an apply takes fields from their owners
 * @param dryRun whether nothing is to be stored
 * @param strict whether unknown fields are refused rather than dropped
 */
public record WriteOptions(String manager, boolean force, boolean dryRun, boolean strict) {}
