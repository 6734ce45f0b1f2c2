package dev.kvcachepool.cachenode.app;

import dev.kvcachepool.bridges.vllm.EngineAddress;
import java.util.List;

/**
 * The engines beside this node that say what happens to their own blocks.
 *
 * @param engines none where nobody is listened to
 * @param hashSeed their PYTHONHASHSEED
 */
record EngineEvents(List<EngineAddress> engines, String hashSeed) {}
