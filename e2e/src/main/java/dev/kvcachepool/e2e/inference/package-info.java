/** Real inference through the pool, measured: {@code make demo-engine}. */
@NullMarked
package dev.kvcachepool.e2e.inference;

import org.jspecify.annotations.NullMarked;
