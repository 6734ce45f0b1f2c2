package dev.kvcachepool.cachenode.app;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What clients on this node's host can use besides the ports.
 *
 * @param resp null where RESP is served at its port only
 * @param memory gives files of memory; null where memory is not shared
 * @param leaseLimit how long a client may read a value where it lies
 */
record LocalSockets(@Nullable SocketPath resp, @Nullable SocketPath memory, Duration leaseLimit) {}
