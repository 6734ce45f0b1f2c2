/** Who the clients of a node are, and which keys they may use. Knows keys; no protocol, no store. */
@NullMarked
package dev.kvcachepool.cachenode.access;

import org.jspecify.annotations.NullMarked;
