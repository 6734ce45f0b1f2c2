/** Ports, connections and their limits: what all protocols share, and none of them in particular. */
@NullMarked
package dev.kvcachepool.cachenode.net;

import org.jspecify.annotations.NullMarked;
