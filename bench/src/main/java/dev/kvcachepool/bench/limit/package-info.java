/** Servers at the limit of their memory: {@code bench limit}. */
@NullMarked
package dev.kvcachepool.bench.limit;

import org.jspecify.annotations.NullMarked;
