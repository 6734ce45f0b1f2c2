package dev.kvcachepool.router.endpoint;

import java.util.Set;

/**
 * What an engine's metrics say of how it is made.
 *
 * @param blockTokens of its own KV blocks; 0 where unknown
 * @param gpuBlocks that it has room for; 0 where unknown
 * @param runningAdapters LoRA adapters in its batch
 * @param waitingAdapters LoRA adapters that requests wait for
 * @param maxAdapters at a time; 0 where unknown
 */
public record EngineTraits(
        int blockTokens, long gpuBlocks, Set<String> runningAdapters, Set<String> waitingAdapters, int maxAdapters) {
    /** Nothing is known. */
    public static final EngineTraits UNKNOWN = new EngineTraits(0, 0, Set.of(), Set.of(), 0);

    public EngineTraits {
        runningAdapters = Set.copyOf(runningAdapters);
        waitingAdapters = Set.copyOf(waitingAdapters);
    }
}
