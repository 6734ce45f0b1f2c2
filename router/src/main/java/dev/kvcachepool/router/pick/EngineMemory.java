package dev.kvcachepool.router.pick;

import dev.kvcachepool.prefixadvert.wire.BlockHash;
import dev.kvcachepool.prefixadvert.wire.Namespace;
import java.util.List;

/** What engines have in host memory of their own that no advert says. Thread-safe. */
@FunctionalInterface
public interface EngineMemory {
    EngineMemory NONE = (engine, namespace, chain, from, groups) -> 0;

    /** How many blocks of a prompt, from one on, the engine has without a hole. */
    int run(String engine, Namespace namespace, List<BlockHash> chain, int from, List<Integer> groups);
}
