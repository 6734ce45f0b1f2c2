package dev.kvcachepool.engine.pool;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where a cache-node is on this host.
 *
 * @param respSocket the node's {@code --resp-socket}
 * @param memorySocket its {@code --memory-socket}
 * @param password null where it asks for none
 * @param timeout to each wait for it: what a node that hangs costs a prompt at most
 */
public record PoolSettings(
        Path respSocket, Path memorySocket, @Nullable String password, Duration timeout) {
    public PoolSettings {
        if (!timeout.isPositive()) {
            throw new IllegalArgumentException("timeout is " + timeout + ", allowed is more than zero");
        }
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "PoolSettings[" + respSocket + "]";
    }
}
