package dev.kvcachepool.cachenode.app;

import dev.kvcachepool.bridges.vllm.EngineAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The engines beside this node that say what happens to their own blocks, and where this node says what it holds itself.
 *
 * @param engines none where nobody is listened to
 * @param hashSeed their PYTHONHASHSEED
 * @param cacheEventsTopic where this node says what it holds as LMCache does; null for nowhere
 * @param withSalts whether that names keys with a cache salt, which is a tenant's secret
 */
record EngineEvents(
        List<EngineAddress> engines,
        String hashSeed,
        @Nullable String cacheEventsTopic,
        boolean withSalts) {}
