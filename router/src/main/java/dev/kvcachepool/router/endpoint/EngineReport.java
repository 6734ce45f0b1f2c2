package dev.kvcachepool.router.endpoint;

/**
 * What an engine said of its own load in its metrics, as old as {@code atNanos}.
 *
 * @param waiting requests that wait for their prefill, 0 and up
 * @param running requests in the batch, prefill and decode, 0 and up
 * @param kvCacheUsage 0 to 1, the share of the engine's own KV blocks in use
 * @param atNanos when it was read, on the clock of {@link System#nanoTime}
 */
public record EngineReport(int waiting, int running, double kvCacheUsage, long atNanos) {}
