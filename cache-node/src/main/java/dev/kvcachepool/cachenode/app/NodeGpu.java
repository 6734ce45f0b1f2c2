package dev.kvcachepool.cachenode.app;

import dev.kvcachepool.cachenode.gpu.Gpu;
import dev.kvcachepool.cachenode.memory.Backing;
import org.jspecify.annotations.Nullable;

/** The GPU that this node was told to use, if any: where there is none nothing of CUDA is ever loaded. */
record NodeGpu(@Nullable Gpu gpu) {

    /** Host memory as the GPU wants it. */
    Backing pinned(Backing host) {
        return gpu == null ? host : gpu.pinned(host);
    }
}
