/** Which node of a pool is home to which key, from what is known of the nodes: pure, no sockets and no store. */
@NullMarked
package dev.kvcachepool.cachenode.placement;

import org.jspecify.annotations.NullMarked;
