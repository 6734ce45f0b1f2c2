/** The off-heap memory that values lie in: pages, the extents taken from them, and reference-counted values. */
@NullMarked
package dev.kvcachepool.cachenode.memory;

import org.jspecify.annotations.NullMarked;
