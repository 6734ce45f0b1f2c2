package dev.kvcachepool.cachenode.store;

import dev.kvcachepool.cachenode.gpu.GpuDevice;
import dev.kvcachepool.cachenode.memory.PagedArena;
import dev.kvcachepool.cachenode.tier.HostTier;

/** A GPU in use, from its opening to its loss. Immutable; one is never equal to another. */
final class GpuLife {
    private final GpuDevice device;
    private final HostTier tier;

    GpuLife(GpuDevice device, HostTier tier) {
        this.device = device;
        this.tier = tier;
    }

    GpuDevice device() {
        return device;
    }

    HostTier tier() {
        return tier;
    }

    PagedArena arena() {
        return device.arena();
    }
}
