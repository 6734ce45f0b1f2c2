package dev.kvcachepool.bridges.vllm;

/**
 * Counts of one engine's blocks.
 *
 * @param blocks of the engine that are known now
 * @param unplaced stored blocks that came to nothing: after one that is not known, of a model that the pool does not declare,
 *     or with something in them that gives them no name there
 * @param overLimit stored blocks that there was no room to follow
 * @param ignored blocks that say nothing of a prefix in this engine's memory
 */
public record EngineBlocksStats(int blocks, long unplaced, long overLimit, long ignored) {}
