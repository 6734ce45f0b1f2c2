/** Chunks of KV cache to a pool and from it, over a cache-node's sockets on this host. */
@NullMarked
package dev.kvcachepool.engine.pool;

import org.jspecify.annotations.NullMarked;
