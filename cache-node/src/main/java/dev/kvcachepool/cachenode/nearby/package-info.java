/** Values that other nodes hold, for clients of this one: who holds them, how they come, what is kept of them. */
@NullMarked
package dev.kvcachepool.cachenode.nearby;

import org.jspecify.annotations.NullMarked;
