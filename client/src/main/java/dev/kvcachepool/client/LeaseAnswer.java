package dev.kvcachepool.client;

import org.jspecify.annotations.Nullable;

/**
 * What came of one key of many that were to be leased.
 *
 * @param isThere whether the node has a value
 * @param value to be read where it lies; null where there is none, or none that can be leased now: {@link LocalClient#get}
 *     reads that
 */
public record LeaseAnswer(boolean isThere, @Nullable LeasedValue value) {}
