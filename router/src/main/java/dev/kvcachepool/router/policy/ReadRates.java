package dev.kvcachepool.router.policy;

import dev.kvcachepool.prefixadvert.wire.Tier;

/**
 * How fast held blocks come to the engine: from the node beside it or over the network, as the pool is placed. Blocks in the engine's own GPU memory cost nothing.
 *
 * @param memoryBytesPerSecond from nodes' GPU and host tiers and the engine's host tier, above 0
 * @param diskBytesPerSecond from nodes' disk tiers, above 0
 */
public record ReadRates(double memoryBytesPerSecond, double diskBytesPerSecond) {

    double nanos(Tier tier, double bytes) {
        return switch (tier) {
            case ENGINE_GPU -> 0;
            case ENGINE_HOST, GPU, HOST -> bytes * 1e9 / memoryBytesPerSecond;
            case DISK -> bytes * 1e9 / diskBytesPerSecond;
        };
    }
}
